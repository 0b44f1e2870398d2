#pragma once
// Chrome, Chromium, Edge and Brave in a profile of their own that asks everything of our proxy. Pure.

#include "app/browser/browser.h"

namespace why401::browser {

Start chromium(const Browser& browser, const Wish& wish);

}  // namespace why401::browser

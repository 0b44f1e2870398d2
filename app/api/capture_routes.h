#pragma once
// The API's answers about capture files: which there are, which are open, and opening one.

#include <filesystem>
#include <string>

#include "app/api/call.h"
#include "app/opened_captures.h"

namespace why401::api {

Reply get_captures(OpenedCaptures& captures);
/// {"name": "x.why401"} or {"path": "/abs/x.why401"} is opened.
Reply open_capture(const Call& call, OpenedCaptures& captures);
/// A file that came whole, as it was asked for with ?name=.
Reply open_handed_over(const Call& call, const std::filesystem::path& file, OpenedCaptures& captures);

}  // namespace why401::api

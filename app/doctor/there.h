#pragma once
// What a look at a server says: reached or not, its certificate, what it answers and offers, its clock. Pure.

#include <chrono>
#include <vector>

#include "app/doctor/check.h"
#include "app/doctor/visit.h"

namespace why401::doctor {

/// `now` is when the certificate is looked at.
std::vector<Check> server(const Place& place, const Visit& visit, std::chrono::system_clock::time_point now);

/// RFC 9110 5.6.7, the form that is sent today: "Sun, 06 Nov 1994 08:49:37 GMT". Empty for any other text.
std::optional<std::chrono::system_clock::time_point> parse_http_date(const std::string& text);

}  // namespace why401::doctor

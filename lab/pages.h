#pragma once
// The bodies that IIS 10 and http.sys answer with, in our own words around the phrases that tell them apart.
// Whatever comes from the request is escaped. Refuses to choose a status: that is the site's.

#include <cstdint>
#include <string>
#include <string_view>

#include "lab/machine.h"

namespace why401::lab {

/// Everything a detailed error page shows.
struct ErrorFacts {
    int substatus = 0;
    std::uint32_t win32 = 0;   ///< as the log has it; shown as an HRESULT
    std::string url;           ///< "http://web01.lab.why401.test:80/acl/"
    std::string path;          ///< "/acl/"
    std::string logon_method;  ///< empty: not yet determined
    std::string logon_user;    ///< empty: not yet determined
};

/// What remote clients get from IIS 7 and later for every 401.x: it does not say which.
std::string short_401_page();
/// What clients on the server itself get.
std::string detailed_401_page(const ErrorFacts& facts);
/// 0x80070005 for 5: Win32 codes become HRESULTs, HRESULTs stay.
std::uint32_t as_hresult(std::uint32_t win32);

/// http.sys answers these itself, before or below IIS.
std::string http_sys_401_page();
std::string http_sys_400_page(std::string_view title, std::string_view sentence);

/// What the application behind /app/ says on its own.
std::string application_401_text();

/// The 200 page: machine=, user=, method= and received= each on a line of its own.
std::string welcome_page(const Machine& machine, std::string_view user, std::string_view method,
                         std::uint64_t received);

std::string html_escaped(std::string_view text);

}  // namespace why401::lab

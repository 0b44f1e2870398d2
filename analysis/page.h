#pragma once
// Which product wrote an error page, and what the page says about the refusal. Plain text matching in one
// direction; it refuses to guess: a page that hides the substatus is reported as hiding it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "record/message.h"

namespace why401 {

enum class PageKind : std::uint8_t {
    None,         ///< there was no response, or its body was not kept
    Empty,        ///< no content: ASP.NET Core, Exchange, an API
    Compressed,   ///< Content-Encoding: not readable here
    IisDetailed,  ///< IIS 7 and later, for local browsers: substatus, HRESULT, module
    IisShort,     ///< IIS 7 and later, for everybody else: one page for all 401.x
    Iis6,
    Iis5,
    HttpSys,  ///< the kernel driver answered, not IIS
    AspNet,
    WebApi,
    SharePoint,
    Exchange,
    Sitecore,  ///< looks like IIS 6, is an application
    Apache,
    Nginx,
    Tomcat,
    Squid,
    Other,
};

/// "an IIS detailed error page", for a sentence.
std::string_view describe(PageKind kind);

struct Page {
    PageKind kind = PageKind::None;
    std::string substatus;  ///< "401.2", "403.7"; empty when the page does not say
    std::string code;       ///< HRESULT of a detailed page: "0x80070005"
    std::string module;     ///< of a detailed page: "WindowsAuthenticationModule"
    std::string logon_user;
    bool long_fields = false;  ///< it complains of the length of the request's fields
    std::optional<std::pair<std::uint64_t, std::uint64_t>> bytes;  ///< where in the body it says so

    /// IIS wrote it and kept the substatus to itself.
    bool hides_substatus() const { return kind == PageKind::IisShort; }
};

/// `body` is what was kept of the content; only its first 64 KB are looked at.
Page read_page(std::string_view body, std::string_view content_encoding);

/// Products whose answers are empty or anybody's, but whose fields give them away (Exchange, SharePoint,
/// Squid).
void name_by_fields(Page& page, const Message& response);

}  // namespace why401

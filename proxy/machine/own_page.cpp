#include "proxy/machine/own_page.h"

namespace why401 {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\n': out += c; break;
            default: out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
        }
    }
    return out;
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200: return "OK";
        case 400: return "Bad Request";
        case 403: return "Forbidden";
        case 408: return "Request Timeout";
        case 414: return "URI Too Long";
        case 421: return "Misdirected Request";
        case 431: return "Request Header Fields Too Large";
        case 502: return "Bad Gateway";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        case 508: return "Loop Detected";
        default: return "Error";
    }
}

constexpr std::string_view kHtml = "text/html; charset=utf-8";

std::string response(int status, std::string_view reason_code, std::string_view type, std::string_view body,
                     bool closing, bool head_only) {
    std::string out = "HTTP/1.1 " + std::to_string(status) + " ";
    out.append(reason_phrase(status)).append("\r\nX-Why401: ").append(reason_code);
    out.append("\r\nContent-Type: ").append(type);
    out +=
        "\r\nContent-Security-Policy: default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data: "
        "https://why401.test; frame-src 'self'; "
        "base-uri 'none'; "
        "form-action 'none'\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer"
        "\r\nCache-Control: no-store\r\nContent-Length: ";
    out += std::to_string(body.size()) + "\r\n";
    if (closing) out += "Connection: close\r\n";
    out += "\r\n";
    if (!head_only) out.append(body);
    return out;
}

}  // namespace

std::string own_response(const OwnPage& page, bool closing, bool head_only) {
    std::string body =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>why401: " + escaped(page.headline) +
        "</title><body style=\"font:16px/1.5 system-ui,sans-serif;max-width:42em;margin:3em auto;padding:0 "
        "1em\">"
        "<p>This page comes from the <b>why401</b> proxy, not from the server.</p><h1>" +
        escaped(page.headline) + "</h1><p>" + escaped(page.detail) + "</p>";
    if (!page.hint.empty()) body += "<p>" + escaped(page.hint) + "</p>";
    if (!page.command.empty())
        body += "<pre style=\"white-space:pre-wrap\"><code>" + escaped(page.command) + "</code></pre>";
    body += "<p><small>" + std::to_string(page.status) + " " + escaped(page.reason_code) +
            "</small></p></body></html>\n";
    return response(page.status, page.reason_code, kHtml, body, closing, head_only);
}

std::string own_response(const OwnAnswer& answer, bool closing, bool head_only) {
    return response(200, answer.reason_code, answer.type, answer.body, closing, head_only);
}

}  // namespace why401

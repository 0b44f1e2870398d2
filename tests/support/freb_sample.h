#pragma once
// For tests only: a failed request trace in the shape that IIS 7.5 and later write.

#include <string>

namespace why401::test {

struct FrebParts {
    std::string url = "http://web01.test:80/secret.aspx?a=1";
    std::string status = "401.2", substatus = "2", code = "2147942405";
    std::string module = "IIS Web Core", notification = "2";
    std::string user, auth_type = "NOT_AVAILABLE";
    std::string request_fields;  ///< lines; empty: the trace lists none
};

inline std::string freb_event(const std::string& opcode, const std::string& data, const std::string& time) {
    return "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">\n <System>\n  <Provider "
           "Name=\"WWW "
           "Server\"/>\n  <TimeCreated SystemTime=\"" +
           time + "\"/>\n </System>\n <EventData>\n" + data +
           " </EventData>\n <RenderingInfo Culture=\"de-DE\">\n  <Opcode>" + opcode +
           "</Opcode>\n </RenderingInfo>\n</Event>\n";
}

inline std::string freb_data(const std::string& name, const std::string& value) {
    return "  <Data Name=\"" + name + "\">" + value + "</Data>\n";
}

inline std::string freb(const FrebParts& parts) {
    const std::string begin = "2026-03-01T08:00:07.100Z", end = "2026-03-01T08:00:07.116Z";
    std::string xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?xml-stylesheet type='text/xsl' "
        "href='freb.xsl'?>\n<failedRequest url=\"" +
        parts.url +
        "\" siteId=\"1\" appPoolId=\"DefaultAppPool\" processId=\"4\" verb=\"GET\" remoteUserName=\"" +
        parts.user + "\" userName=\"" + parts.user + "\" tokenUserName=\"\" authenticationType=\"" +
        parts.auth_type + "\" activityId=\"{0}\" failureReason=\"STATUS_CODE\" statusCode=\"" + parts.status +
        "\" triggerStatusCode=\"" + parts.status +
        "\" timeTaken=\"16\" xmlns:freb=\"http://schemas.microsoft.com/win/2006/06/iis/freb\">\n";
    xml += freb_event("GENERAL_REQUEST_START",
                      freb_data("RequestURL", parts.url) + freb_data("RequestVerb", "GET"), begin);
    xml += freb_event("GENERAL_ENDPOINT_INFORMATION",
                      freb_data("RemoteAddress", "10.0.0.9") + freb_data("RemotePort", "50123") +
                          freb_data("LocalAddress", "10.0.0.5") + freb_data("LocalPort", "80"),
                      begin);
    if (!parts.request_fields.empty())
        xml += freb_event("GENERAL_REQUEST_HEADERS", freb_data("Headers", parts.request_fields), begin);
    xml += freb_event("MODULE_SET_RESPONSE_ERROR_STATUS",
                      freb_data("ModuleName", parts.module) + freb_data("Notification", parts.notification) +
                          freb_data("HttpStatus", "401") + freb_data("HttpReason", "Unauthorized") +
                          freb_data("HttpSubStatus", parts.substatus) + freb_data("ErrorCode", parts.code) +
                          freb_data("ConfigExceptionInfo", ""),
                      end);
    xml += freb_event("GENERAL_REQUEST_END",
                      freb_data("HttpStatus", "401") + freb_data("HttpSubStatus", parts.substatus), end);
    return xml + "</failedRequest>\n";
}

}  // namespace why401::test

#pragma once
// The edits a proxy makes to a head before sending it on: those of design rule 11 and, when asked for,
// injected faults. Everything else passes byte for byte. Pure: same head, same edits.

#include <optional>
#include <string>
#include <vector>

#include "proxy/machine/faults.h"
#include "record/message.h"
#include "wire/http_target.h"

namespace why401 {

struct HopContext {
    bool affinity = true;    ///< one client connection, one upstream connection: close and keep-alive pass on
    bool to_proxy = false;   ///< the next hop is a parent proxy
    bool in_tunnel = false;  ///< the client believes it talks to the server itself
    bool must_say_close =
        false;  ///< the client connection closes after this response, which does not show it
    const FaultSet* faults = nullptr;              ///< may be null
    std::vector<std::string>* injected = nullptr;  ///< names of faults that changed something; may be null
};

/// `Connection` may not name fields that carry the framing or the target (RFC 9110 7.6.1): removing them
/// would change the message. The defect to answer 400 with (502 for a response), or none.
std::optional<http1::Defect> nominates_framing(const http1::Head& head, std::string_view bytes);

/// Whether the sender asks for, or agrees to, another protocol than h2c, which does not pass.
bool asks_upgrade(const http1::Head& head, std::string_view bytes);

/// In order of offset, ready for forwarded_head().
std::vector<Edit> request_edits(const http1::Head& head, std::string_view bytes, const http1::Target& target,
                                const HopContext& context);

/// `announce_session` adds Proxy-Support (RFC 4559 6, relay rule 5).
std::vector<Edit> response_edits(const http1::Head& head, std::string_view bytes, bool announce_session,
                                 const HopContext& context);

}  // namespace why401

#pragma once
// Inside of the connector: a name to its addresses, as the system resolves it. Each lookup has a thread of
// its own, so that a name server that is silent holds up neither another name nor the end of the program. It
// remembers nothing: what the system says counts each time.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/asio.h"

namespace why401::net {

class Lookup {
public:
    struct Found {
        std::vector<tcp::endpoint> addresses;  ///< in the system's order of preference
        std::string error;  ///< why there are none: "Name or service not known (EAI_NONAME)"
    };
    /// Calls back once, from the loop, never from inside.
    Lookup(Loop& loop, std::string host, std::uint16_t port, std::function<void(Found)> done);
    ~Lookup();  ///< nobody is called any more; the system's part of it runs out by itself

private:
    struct Asker;
    struct Pool;
    std::shared_ptr<Asker> asker_;
};

}  // namespace why401::net

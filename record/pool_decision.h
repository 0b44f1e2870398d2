#pragma once
// Which upstream connection a request was sent on, and why: recorded evidence, not a log line.

#include <optional>
#include <string>
#include <vector>

#include "record/ids.h"

namespace why401 {

struct PoolCandidate {
    ConnectionId connection;
    std::optional<ConnectionId> last_client;  ///< the client connection it carried last
    bool private_to_other = false;            ///< bound to another client, so not to be had
};

struct PoolDecision {
    std::string policy;                  ///< its name when the choice was made: "pooled/lifo"
    std::optional<ConnectionId> chosen;  ///< empty until a new connection stands (then it is that one)
    bool opened_new = false;
    std::vector<PoolCandidate> candidates;  ///< idle connections to the same next hop that the policy looked
                                            ///< at (16 at most); affinity looks at the client's own only
    std::string
        because;  ///< "this client's own connection", "most recently used idle connection of the pool"
};

}  // namespace why401

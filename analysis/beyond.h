#pragma once
// What happened on connections behind us, as far as it shows on ours: by a mark that an intermediary leaves,
// or by what no server does. It refuses to accuse anybody of what a wrong password or a closed page explains.

#include <optional>

#include "analysis/verdict.h"

namespace why401 {

/// Refused without credentials on the very connection of the client's login: somebody used another behind it.
std::optional<Found> login_lost_beyond(const Case& c);

/// Refused although CHALLENGE and AUTHENTICATE passed here on one connection: they were parted behind it.
std::optional<Found> handshake_split_beyond(const Case& c);

}  // namespace why401

#pragma once
// One look at a server, straight and without a proxy: its name, its TCP port, its TLS, its answer. It sends
// one GET without credentials, and ends.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "net/connector.h"
#include "record/tls.h"

namespace why401::doctor {

struct Place {
    bool tls = false;
    std::string host;  ///< without brackets
    std::uint16_t port = 0;
    std::string authority;  ///< as it stands in the URL: the Host field
    std::string target;     ///< path and query
};
/// Of an http or https URL. Empty for anything else.
std::optional<Place> place_of(std::string_view url);

/// As far as it came.
struct Visit {
    std::string address;  ///< "192.0.2.7:443": the connection stood
    std::optional<net::ConnectFailure> unreachable;

    std::optional<TlsFacts> tls;  ///< whatever came of it; `refusal` says why it was not accepted

    int status = 0;                                  ///< 0: no answer that HTTP/1 knows
    std::string silence;                             ///< then why: a clause
    std::vector<std::string> schemes;                ///< offered in WWW-Authenticate, in order, each once
    std::string date;                                ///< the Date field
    std::chrono::system_clock::time_point answered;  ///< when the head was complete
};

/// `upstream_ca`: a PEM file that is trusted beside the system's roots; may be empty. Blocks for at most
/// `limit`. Throws certs::CertsError for that file.
Visit visit(const Place& place, const std::filesystem::path& upstream_ca, std::chrono::milliseconds limit);

}  // namespace why401::doctor

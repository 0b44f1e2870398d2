#pragma once
// Asio, for the .cpp files of net alone: no other header of this program includes it.

#include <boost/asio.hpp>
#include <cstring>
#include <optional>

#include "net/endpoint.h"
#include "net/loop.h"
#include "net/readiness.h"

namespace why401::net {

using boost::asio::ip::tcp;
using boost::system::error_code;

struct Loop::Impl {
    Readiness::Slots slots;  ///< first: what dies with the context may own sockets
    boost::asio::io_context context{1};
    std::optional<boost::asio::signal_set> signals;
    std::vector<char> read_buffer =
        std::vector<char>(256 * 1024);  ///< shared by all links: one thread reads at a time
    Readiness readiness{context, slots};
};

inline Endpoint from_asio(const tcp::endpoint& endpoint) {
    const auto address = endpoint.address();
    const auto v6 = address.is_v6()
                        ? address.to_v6()
                        : boost::asio::ip::make_address_v6(boost::asio::ip::v4_mapped, address.to_v4());
    return {v6.to_bytes(), endpoint.port()};
}

inline tcp::endpoint to_asio(const Endpoint& endpoint) {
    const boost::asio::ip::address_v6 v6(endpoint.address);
    if (endpoint.is_v4())
        return {boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6), endpoint.port};
    return {v6, endpoint.port};
}

}  // namespace why401::net

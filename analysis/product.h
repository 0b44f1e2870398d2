#pragma once
// Which products speak in a response: the server, and whoever stands between it and us. Read off the fields
// that each of them writes about itself; it refuses to guess from behaviour. A product's name chooses the
// words of a fix, never a verdict.

#include <cstdint>
#include <vector>

#include "record/message.h"

namespace why401 {

enum class Product : std::uint8_t {
    Iis,
    HttpSys,
    Exchange,
    SharePoint,
    AspNetCore,
    Apache,
    Nginx,
    Tomcat,
    Jetty,
    NodeJs,
    Arr,
    Squid,
    Traefik,
    Envoy,
    Caddy,
    Varnish,
    TrafficServer,
    Kong,
    F5,
    NetScaler,
    AwsBalancer,
    AzureFrontDoor,
    Cloudflare,
    GoogleFrontEnd,
    Zscaler,
    CiscoWsa,
    BlueCoat,
    McAfee,
    Forcepoint,
};

/// Whether it serves, or passes on what another serves. Some do both (nginx, Apache): they count as servers.
enum class ProductRole : std::uint8_t { Server, Intermediary };

struct ProductMark {
    Product product;
    ProductRole role;
    std::size_t field = 0;  ///< of the response head: an index into Message::parsed.fields
};

/// In the order of the fields; a product once.
std::vector<ProductMark> recognise_products(const Message& response);

}  // namespace why401

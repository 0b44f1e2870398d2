#pragma once
// How a person's word finds things of a record: `*` patterns over hosts, users and connections, and text in
// either case. Pure. Whoever filters a record, over values or over a file, asks here, so that both agree.

#include <string>
#include <string_view>

#include "record/exchange.h"

namespace why401::search {

/// Whether `text` has the form of `pattern`, in which `*` stands for any text. Letters match in either case.
bool glob(std::string_view pattern, std::string_view text);

/// CONTOSO\alice and alice@contoso.test are both found as `alice`, and whole.
bool is_user(std::string_view pattern, std::string_view identity);

/// web01.contoso.test:80 is found as `web01.contoso.test:80`, `web01.contoso.test` and `web01`.
bool is_host(std::string_view pattern, std::string_view authority);

/// Whether `part` stands in `text`; letters match in either case. An empty part stands in every text.
bool contains(std::string_view text, std::string_view part);

/// "GET http://web01/logo.png"; without a method where the head could not be read.
std::string request_line(const Exchange& exchange);

}  // namespace why401::search

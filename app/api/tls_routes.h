#pragma once
// The API's answers about TLS: which hosts are decrypted, and the one certificate that may pass for once.

#include <boost/json/value.hpp>

#include "app/api/routes.h"

namespace why401::api {

/// {"intercept": [...], "tunnel": [...], "possible": true}
boost::json::value interception_json(const Source& source);

Reply get_interception(const Call& call, const Source& source);
/// Either list may be left out: it stays as it is.
Reply put_interception(const Call& call, const Source& source);
/// {"host", "sha256"}: for the rest of this run.
Reply post_exception(const Call& call, const Source& source);

}  // namespace why401::api

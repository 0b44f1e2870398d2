#pragma once
// What a record knows of TLS as the API and the page show it.

#include <boost/json/object.hpp>

#include "record/tls.h"

namespace why401 {

/// Every key is there: null or empty where nothing is known. Times of certificates are UTC text.
boost::json::object tls_json(const TlsFacts& facts);

}  // namespace why401

#pragma once
// Which Windows an NTLM VERSION stands for. A hint for people: the field is for debugging only
// (MS-NLMP 2.2.2.10) and libraries send constants in it; it refuses to be evidence.

#include <string>

#include "tokens/ntlm.h"

namespace why401::ntlm {

/// "Windows Server 2016 / Windows 10 1607"; a word about libraries where the version is one's constant; empty
/// when unknown.
std::string os_name(const Version& version);

}  // namespace why401::ntlm

#include "tokens/os_builds.h"

#include <array>

namespace why401::ntlm {

namespace {

struct Build {
    int major;
    int minor;
    int first;
    int last;
    const char* name;
};

constexpr std::array<Build, 20> kBuilds = {{
    {5, 1, 2600, 2600, "Windows XP"},
    {5, 2, 3790, 3790, "Windows Server 2003 / XP x64"},
    {6, 0, 6000, 6003, "Windows Vista / Server 2008"},
    {6, 1, 7600, 7600, "Windows 7 / Server 2008 R2"},
    {6, 1, 7601, 7601, "Windows 7 SP1 / Server 2008 R2 SP1, or a library that sends this constant"},
    {6, 2, 0, 0, "gss-ntlmssp or Samba (no Windows has build 0)"},
    {6, 2, 9200, 9200, "Windows 8 / Server 2012"},
    {6, 3, 9600, 9600, "Windows 8.1 / Server 2012 R2"},
    {10, 0, 10240, 10240, "Windows 10 1507"},
    {10, 0, 14393, 14393, "Windows 10 1607 / Server 2016"},
    {10, 0, 17134, 17134, "Windows 10 1803"},
    {10, 0, 17763, 17763, "Windows 10 1809 / Server 2019"},
    {10, 0, 19041, 19045, "Windows 10 2004 to 22H2"},
    {10, 0, 20348, 20348, "Windows Server 2022"},
    {10, 0, 22000, 22000, "Windows 11 21H2"},
    {10, 0, 22621, 22621, "Windows 11 22H2"},
    {10, 0, 22631, 22631, "Windows 11 23H2"},
    {10, 0, 26100, 26100, "Windows 11 24H2 / Server 2025"},
    {0, 0, 0, 0, "a library that leaves the version empty"},
    {10, 0, 0, 0, "a library (no Windows has build 0)"},
}};

}  // namespace

std::string os_name(const Version& version) {
    for (const Build& build : kBuilds)
        if (version.major == build.major && version.minor == build.minor && version.build >= build.first &&
            version.build <= build.last)
            return build.name;
    return {};
}

}  // namespace why401::ntlm

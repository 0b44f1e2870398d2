#include "lab/scenes.h"

#include "lab/extended_protection.h"
#include "lab/machine.h"

namespace why401::lab {
namespace {

constexpr std::string_view kWeb01 = "web01.lab.why401.test";
constexpr std::string_view kWeb02 = "web02.lab.why401.test";
constexpr std::string_view kAlice = "--ntlm -u 'CONTOSO\\alice:Wonderland1'";

}  // namespace

const std::vector<Scene>& scenes() {
    static const std::vector<Scene> all{
        {"/", kWeb01, "401.1, then 200",
         "A healthy NTLM login: the 401 that carries the CHALLENGE is part of it (401.1, win32 2148074254), "
         "then the "
         "connection is alice's.",
         kAlice},
        {"/", kWeb01, "401.2",
         "Nobody logged in on this connection and the request carries no credentials: the first answer to "
         "every "
         "browser, and what a pooling proxy makes of a request that was logged in elsewhere.",
         "-i"},
        {"/?detailed=1", kWeb01, "401.1",
         "A wrong password: the whole login took place and was refused (win32 2148074252); IIS's detailed "
         "page says so.",
         "--ntlm -u 'CONTOSO\\alice:Looking-Glass'"},
        {"/", kWeb02, "401.1, then 200",
         "Another machine, WEB02: its CHALLENGE names it, and a login on WEB01 is worth nothing here.",
         kAlice},
        {"/", kBalancedName, "401.1",
         "Two machines behind one name that share out the requests of one TCP connection: the AUTHENTICATE "
         "never reaches the machine whose CHALLENGE it answers (win32 2148074248). Ask for two pages: the "
         "second CHALLENGE names the other machine, and gives the balancer away.",
         kAlice},
        {"/", kWeb01, "200, then 401.2 on the next request",
         "IIS does not keep the login of a request that came through a proxy, which it knows by Via: "
         "Persistent-Auth "
         "is false.",
         "-i -H 'Via: 1.1 proxy' --ntlm -u 'CONTOSO\\alice:Wonderland1'"},
        {"/anonymous/", kWeb01, "200",
         "No login at all: what works here and not elsewhere is not the network's fault.", "-i"},
        {"/basic/", kWeb01, "200", "Basic: every request carries the password, no connection is special.",
         "--basic -u 'alice:Wonderland1'"},
        {"/basic/", kWeb01, "401.1",
         "Basic with a wrong password: win32 1326, and the log names the user who tried.",
         "-i --basic -u 'alice:Looking-Glass'"},
        {"/acl/?detailed=1", kWeb01, "401.3",
         "The login works, the file's access control list says no; a new password changes nothing.", kAlice},
        {"/filter/?detailed=1", kWeb01, "401.4", "An ISAPI filter behind the login says no.", kAlice},
        {"/app/", kWeb01, "401.5", "The application says no, in words of its own.", kAlice},
        {"/large?bytes=10000000", kWeb01, "200",
         "A body of any size, to see that nothing on the way keeps it.",
         "--ntlm -u 'CONTOSO\\bob:Builder1' -o /dev/null"},
        {"/anonymous/chunked", kWeb01, "200", "A body in chunks.", "-i"},
        {"/close", kWeb01, "200", "The server closes afterwards: the next request must log in again.",
         kAlice},
        {"/slow?ms=2000", kWeb01, "200", "An answer that takes its time.", kAlice},
        {"/", kWeb01, "401.1, then 200",
         "The same login over TLS, which the lab speaks on the same port: through a proxy that does not "
         "decrypt "
         "it, this is a tunnel.",
         kAlice, true},
        {"/", kEpaNone, "401.1, then 200",
         "Extended Protection off, as IIS comes: nobody looks what a login is bound to.", kAlice, true},
        {"/?detailed=1", kEpaAllow, "401.1, then 200",
         "Extended Protection that takes logins without a channel binding, as curl's; a browser's, which has "
         "one, must be bound to the lab's own certificate: through a proxy that decrypts it is refused.",
         kAlice, true},
        {"/?detailed=1", kEpaRequire, "401.1",
         "Extended Protection that insists on a channel binding (win32 2148074310): curl sends none. A "
         "browser "
         "or requests-ntlm logs in, directly or through a tunnel; decrypted by a proxy, their login is bound "
         "to the proxy's certificate and refused.",
         kAlice, true},
        {"/?detailed=1", kEpaRequire, "401.1",
         "The same over plain http, where the service name inside the login is compared: curl names none.",
         kAlice},
    };
    return all;
}

std::string Scene::url() const {
    return (tls ? "https://" : "http://") + std::string(host) + std::string(path);
}

std::string list_scenes(std::string_view lab, std::string_view ca_file) {
    std::string out =
        "The lab answers like IIS 10 with Windows authentication. Accounts: CONTOSO\\alice / Wonderland1, "
        "CONTOSO\\bob / "
        "Builder1.\n"
        "The commands talk to the lab itself; through the proxy, put `-x http://127.0.0.1:8401` in place of "
        "--connect-to.\n"
        "Every address takes ?detailed=1 for IIS's detailed error page.\n";
    for (const Scene& scene : scenes()) {
        out += "\n" + scene.url() + "   ";
        out += scene.sees;
        out += "\n    ";
        out += scene.teaches;
        out += "\n    curl --connect-to ::";
        out += lab;
        if (scene.tls) out += " --cacert '" + std::string(ca_file) + "'";
        out += ' ';
        out += scene.options;
        out += " '" + scene.url() + "'\n";
    }
    return out;
}

}  // namespace why401::lab

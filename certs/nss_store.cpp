#include "certs/nss_store.h"

#include <algorithm>
#include <sstream>

#include "certs/run_program.h"
#include "certs/shell_word.h"
#include "wire/ascii.h"
#include "wire/printable.h"

namespace why401::certs {

namespace fs = std::filesystem;

namespace {

std::string refusal(const ProgramEnd& end) {
    if (!end.found)
        return "NSS's certutil is not installed, and only it can read and write there; its package is "
               "libnss3-tools (sudo apt-get install libnss3-tools).";
    const bool password = end.output.find("SEC_ERROR_BAD_PASSWORD") != std::string::npos;
    return (password ? "A password protects it; the command asks for that: " : "certutil refused: ") +
           printable(end.output, 300);
}

/// Two CAs of one day have the same subject; their nicknames differ.
std::string nickname_of(const CaCertificate& ca) { return ca.name + " (" + ca.short_hash() + ")"; }

struct Listed {
    std::string nickname, trust;  ///< "C,,": for servers, for mail, for code
    bool for_servers() const { return trust.substr(0, trust.find(',')).find('C') != std::string::npos; }
};

class Database {
public:
    Database(const std::string& certutil, const fs::path& folder)
        : certutil_(certutil), name_("sql:" + folder.string()) {}

    ProgramEnd run(std::vector<std::string> words) const {
        words.insert(words.begin(), {certutil_});
        words.insert(words.end(), {"-d", name_});
        return run_program(words);
    }

    /// Empty when `said` tells that it could not be read.
    std::vector<Listed> list(ProgramEnd& said) const {
        said = run({"-L"});
        std::vector<Listed> all;
        if (!said.well()) return all;
        std::istringstream lines(said.output);
        for (std::string line; std::getline(lines, line);) {
            const std::string_view text = trimmed(line);
            const std::size_t gap = text.find_last_of(" \t");
            if (gap == std::string_view::npos) continue;
            const std::string_view trust = text.substr(gap + 1);
            // The heading has no two commas where the trust stands; its second line has nothing before it.
            if (std::count(trust.begin(), trust.end(), ',') != 2) continue;
            all.push_back({std::string(trimmed(text.substr(0, gap))), std::string(trust)});
        }
        return all;
    }

    /// Under which nickname, and whether it is trusted; an empty nickname: it is not there.
    Listed find(const std::vector<Listed>& all, const CaCertificate& ca) const {
        for (const Listed& listed : all)
            if (listed.nickname == nickname_of(ca)) return listed;
        // Somebody may have imported it by hand. One nickname may show all certificates of its subject.
        for (const Listed& listed : all)
            if (listed.for_servers() && holds(listed.nickname, ca)) return listed;
        return {};
    }

    std::string command(const std::string& words, const CaCertificate& ca) const {
        return "certutil " + words + " -d " + shell_word(name_) + " -n " + shell_word(nickname_of(ca));
    }

private:
    bool holds(const std::string& nickname, const CaCertificate& ca) const {
        std::string pem = run({"-L", "-a", "-n", nickname}).output;
        pem.erase(std::remove(pem.begin(), pem.end(), '\r'), pem.end());
        return pem.find(ca.pem) != std::string::npos;
    }

    std::string certutil_, name_;
};

}  // namespace

std::optional<bool> nss_trusts(const std::string& certutil, const fs::path& folder, const CaCertificate& ca) {
    const Database database(certutil, folder);
    ProgramEnd said;
    const std::vector<Listed> all = database.list(said);
    if (!said.well()) return std::nullopt;
    return database.find(all, ca).for_servers();
}

TrustChange nss_trust(const std::string& certutil, const fs::path& folder, const CaCertificate& ca) {
    const Database database(certutil, folder);
    const std::string by_hand = database.command("-A -t C,, -a -i " + shell_word(ca.file.string()), ca);
    ProgramEnd said;
    const Listed before = database.find(database.list(said), ca);
    if (!said.well()) return {false, false, refusal(said), {by_hand}};
    if (before.for_servers()) return {true, false, "Trusted already.", {}};
    said = database.run({"-A", "-t", "C,,", "-a", "-n", nickname_of(ca), "-i", ca.file.string()});
    if (said.well())
        return {true, true, "Trusted from now on; a browser that runs must be started again.", {}};
    // A database with a password takes the certificate, but not that it is trusted: take it back.
    if (before.nickname.empty()) database.run({"-D", "-n", nickname_of(ca)});
    return {false, false, refusal(said), {by_hand}};
}

TrustChange nss_untrust(const std::string& certutil, const fs::path& folder, const CaCertificate& ca) {
    const Database database(certutil, folder);
    ProgramEnd said;
    const Listed found = database.find(database.list(said), ca);
    const std::string by_hand = database.command("-D", ca);
    if (!said.well()) return {false, false, refusal(said), {by_hand}};
    if (found.nickname.empty()) return {true, false, "It was not trusted there.", {}};
    said = database.run({"-D", "-n", found.nickname});
    if (!said.well()) return {false, false, refusal(said), {by_hand}};
    return {true, true, "No longer trusted; a browser that runs must be started again.", {}};
}

}  // namespace why401::certs

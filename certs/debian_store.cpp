#include "certs/debian_store.h"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <system_error>

#include "certs/run_program.h"
#include "certs/shell_word.h"
#include "wire/printable.h"

namespace why401::certs {

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// update-ca-certificates(8) takes files that end in .crt.
fs::path file_of(const TrustPlaces& places, const CaCertificate& ca) {
    return debian_folder(places) / ("why401-" + ca.short_hash() + ".crt");
}

/// Whole or not at all, and readable for everybody: it is no secret.
bool write_public(const fs::path& file, const std::string& text) {
    const fs::path unfinished = file.string() + ".new";
    std::error_code error;
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (out) fs::permissions(unfinished, fs::perms(0644), error);
    if (out && !error) fs::rename(unfinished, file, error);
    if (out && !error) return true;
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    return false;
}

std::string refusal(const TrustPlaces& places, const ProgramEnd& end) {
    if (!end.found) return places.update + " is missing; its package is ca-certificates.";
    return places.update + " failed: " + printable(end.output, 300);
}

}  // namespace

bool has_debian_store(const TrustPlaces& places) {
    std::error_code error;
    return fs::exists(places.root / "usr/sbin/update-ca-certificates", error);
}

fs::path debian_folder(const TrustPlaces& places) { return places.root / "usr/local/share/ca-certificates"; }

bool debian_trusts(const TrustPlaces& places, const CaCertificate& ca) {
    return text_of(places.root / "etc/ssl/certs/ca-certificates.crt").find(ca.pem) != std::string::npos;
}

TrustChange debian_trust(const TrustPlaces& places, const CaCertificate& ca) {
    if (debian_trusts(places, ca)) return {true, false, "Trusted already.", {}};
    const fs::path file = file_of(places, ca);
    const std::vector<std::string> commands = {
        "sudo install -D -m 0644 " + shell_word(ca.file.string()) + " " + shell_word(file.string()),
        "sudo update-ca-certificates"};
    if (::access(debian_folder(places).c_str(), W_OK) != 0)
        return {false, false, "Only root may put it there; these commands do it:", commands};
    if (!write_public(file, ca.pem)) return {false, false, "Cannot write " + file.string() + ".", commands};
    const ProgramEnd end = run_program({places.update});
    if (end.well() && debian_trusts(places, ca))
        return {true, true, "Trusted from now on; programs that run may have to be started again.", {}};
    std::error_code ignored;
    fs::remove(file, ignored);
    if (end.found) run_program({places.update, "--fresh"});  // it may have taken it up before it failed
    return {false, false, refusal(places, end), commands};
}

TrustChange debian_untrust(const TrustPlaces& places, const CaCertificate& ca) {
    const fs::path file = file_of(places, ca);
    std::error_code error;
    const bool is_there = fs::exists(fs::symlink_status(file, error));
    if (!is_there && !debian_trusts(places, ca)) return {true, false, "It was not trusted there.", {}};
    if (!is_there)
        return {false,
                false,
                "It is trusted there, but not by a file of this program; look for it in " +
                    debian_folder(places).string() + ".",
                {}};
    // --fresh: without it the link in /etc/ssl/certs stays.
    const std::vector<std::string> commands = {"sudo rm " + shell_word(file.string()),
                                               "sudo update-ca-certificates --fresh"};
    if (::access(debian_folder(places).c_str(), W_OK) != 0)
        return {false, false, "Only root may take it away; these commands do it:", commands};
    if (!fs::remove(file, error)) return {false, false, "Cannot remove " + file.string() + ".", commands};
    const ProgramEnd end = run_program({places.update, "--fresh"});
    if (!end.well()) return {false, false, refusal(places, end), {commands.back()}};
    if (debian_trusts(places, ca))
        return {
            false,
            false,
            "It is trusted there by another file too; look for it in " + debian_folder(places).string() + ".",
            {}};
    return {true, true, "No longer trusted.", {}};
}

}  // namespace why401::certs

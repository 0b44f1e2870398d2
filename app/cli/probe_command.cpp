#include "app/cli/probe_command.h"

#include <unistd.h>

#include <algorithm>
#include <istream>
#include <ostream>

#include "app/cli/option_values.h"
#include "app/cli/password.h"
#include "app/probe/probe.h"
#include "app/scratch_folder.h"
#include "store/capture.h"
#include "wire/ascii.h"
#include "wire/printable.h"

namespace why401::cli {

namespace {

constexpr int kWell = 0, kWrong = 1, kUsage = 2, kUnreachable = 4, kStopped = 130;

/// Empty, and said, where the options make no account.
std::optional<proof::OwnAccount> account_of(const ProbeCommandOptions& options, std::istream& in,
                                         std::ostream& err) {
    auto account = proof::parse_account(options.user);
    if (!account) {
        err << "why401 probe: '" << printable(options.user) << "' is no user such as CONTOSO\\alice\n";
        return std::nullopt;
    }
    const auto password = options.password_file.empty() ? ask_password(printable(options.user))
                                                        : password_from(options.password_file, in);
    if (!password) {
        err << "why401 probe: "
            << (options.password_file.empty()
                    ? std::string(
                          "there is no terminal to ask for the password on; --password-file FILE reads it")
                    : printable(options.password_file) + " holds no password")
            << "\n";
        return std::nullopt;
    }
    account->password = *password;
    return account;
}

void keep(const std::string& file, const std::string& version, const std::vector<RecordItem>& record,
          std::ostream& err) {
    CaptureWriter writer(file, "why401 " + version);
    writer.begin();
    for (const RecordItem& item : record) writer.add(item);
    writer.commit();
    writer.close(true);
    err << "why401 probe: " << printable(file)
        << " holds what was sent, logins included: whoever has it can attack the password offline\n";
}

std::optional<HostPort> mapped(const std::vector<std::string>& map, const std::string& host) {
    for (const std::string& entry : map)
        if (const auto parsed = parse_map(entry); parsed && same_name(parsed->first, host))
            return parsed->second;
    return std::nullopt;
}

int run(const ProbeCommandOptions& options, const doctor::Place& place, const probe::Wishes& wishes,
        std::ostream& out, std::ostream& err) {
    probe::Trip trip;
    trip.place = place;
    if (!trip.place.target.starts_with('/')) trip.place.target = "/" + trip.place.target;
    trip.at = mapped(options.map, place.host);
    const ScratchFolder folder("probe");
    const auto authority = certs::Authority::open_or_create(folder.path() / "ca");
    const probe::Probed probed = probe::probe(trip, options.url, wishes, authority, options.upstream_ca);
    if (options.json)
        out << probe::as_json(probed.report, *probed.explanation, options.version);
    else
        probe::write_text(out, probed.report, *probed.explanation);
    if (!options.output.empty()) keep(options.output, options.version, probed.record, err);
    if (probed.report.stopped) return kStopped;
    if (!probed.report.reached) return kUnreachable;
    return probed.report.wrong ? kWrong : kWell;
}

}  // namespace

int probe_command(const ProbeCommandOptions& options, std::istream& in, std::ostream& out,
                  std::ostream& err) {
    const auto place = doctor::place_of(options.url);
    if (!place) {
        err << "why401 probe: '" << printable(options.url) << "' is no URL such as https://web01.example/\n";
        return kUsage;
    }
    probe::Wishes wishes;
    wishes.tickets = options.negotiate;
    wishes.gently = options.gently;
    if (::isatty(STDERR_FILENO) == 1)
        wishes.progress = [&err](const std::string& step) { err << "  " << step << " ...\n"; };
    if (!options.user.empty()) {
        wishes.account = account_of(options, in, err);
        if (!wishes.account) return kUsage;
    }
    try {
        return run(options, *place, wishes, out, err);
    } catch (const certs::CertsError& error) {
        err << "why401 probe: " << error.what() << '\n';
    } catch (const CaptureError& error) {
        err << "why401 probe: " << error.what() << '\n';
    }
    return kUsage;
}

}  // namespace why401::cli

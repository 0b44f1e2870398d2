#include "app/cli/open_command.h"

#include <unistd.h>

#include <csignal>
#include <system_error>

#include "app/api/server.h"
#include "app/opened_captures.h"
#include "app/paths.h"
#include "app/report_json.h"
#include "net/loop.h"
#include "wire/printable.h"

namespace why401::cli {

namespace fs = std::filesystem;

namespace {

constexpr int kStopped = 0, kUsage = 2, kUnreadable = 3, kCannotBind = 4;

fs::path captures_folder() {
    try {
        return paths().captures;
    } catch (const std::runtime_error&) {
        return {};  // without a HOME there is none
    }
}

std::string counted(std::uint64_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void greet(std::ostream& err, const OpenedCapture& capture, const std::string& address) {
    const Summary summary = capture.summary();
    err << "file     " << printable(capture.file().string()) << "   ("
        << counted(summary.exchanges, "exchange") << ", "
        << counted(capture.findings(SIZE_MAX).size() + capture.findings_left_out(), "finding") << ")\n";
    if (!capture.header().clean_end)
        err << "         it was not closed: its recorder is running, or was ended hard\n";
    if (capture.not_recorded() > 0)
        err << "         " << counted(capture.not_recorded(), "exchange")
            << " that passed are missing in it\n";
    err << "ui       " << address << "\nCtrl-C stops." << std::endl;
}

int serve(OpenedCaptures& captures, const OpenOptions& options, const net::Endpoint& ui, std::ostream& err) {
    net::Loop loop;
    api::Server server(ui);
    const OpenedCaptures::Opened opened = captures.open(fs::absolute(options.what));
    Instance instance;
    instance.pid = ::getpid();
    instance.ui = net::to_string(server.local());
    instance.token = server.token();
    api::Source source;
    source.instance = instance;
    source.captures = &captures;
    source.shown = opened;
    server.start(std::move(source));
    greet(err, *opened.capture, "http://" + instance.ui + "/#token=" + instance.token);
    loop.on_signal([&](int) { loop.stop(); });
    // After the signals are ours: a script may send one as soon as it sees the file.
    if (!options.ready_file.empty()) write_private_file(options.ready_file, to_json(instance));
    loop.run();
    server.stop();
    return kStopped;
}

}  // namespace

int open_command(const OpenOptions& options, std::ostream& err) {
    const auto ui = net::parse_endpoint(options.ui);
    if (!ui || !ui->is_loopback()) {
        err << "why401 open: --ui: '" << printable(options.ui)
            << "' is no address of this machine alone, such as 127.0.0.1:8402\n";
        return kUsage;
    }
    std::signal(SIGPIPE, SIG_IGN);
    try {
        OpenedCaptures captures(captures_folder(), {});
        return serve(captures, options, *ui, err);
    } catch (const CaptureError& error) {
        err << "why401 open: " << printable(error.what()) << '\n';
        return kUnreadable;
    } catch (const fs::filesystem_error& error) {
        err << "why401 open: " << error.what() << '\n';
        return kUsage;
    } catch (const std::system_error& error) {
        err << "why401 open: " << error.what() << '\n';
        return kCannotBind;
    }
}

}  // namespace why401::cli

#include "app/cli/lab_command.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>

#include "certs/authority.h"
#include "lab/scenes.h"
#include "lab/server.h"
#include "net/endpoint.h"

namespace why401::cli {
namespace {

constexpr int kStopped = 0;
constexpr int kUsage = 2;
constexpr int kCannotBind = 4;

/// Whoever waits for the file finds it whole or not at all.
bool write_ready_file(const std::string& path, const net::Endpoint& lab) {
    const std::string draft = path + ".new";
    std::ofstream file(draft, std::ios::trunc);
    file << R"({"lab": ")" << net::to_string(lab) << R"(", "pid": )" << ::getpid() << "}\n";
    file.close();
    return file.good() && std::rename(draft.c_str(), path.c_str()) == 0;
}

}  // namespace

int lab_command(const LabOptions& options, std::ostream& out, std::ostream& err) {
    if (options.list) {
        out << lab::list_scenes(options.listen, (options.ca_folder / "ca.pem").string());
        return kStopped;
    }
    const std::optional<net::Endpoint> listen = net::parse_endpoint(options.listen);
    if (!listen) {
        err << "why401 lab: " << options.listen << " is not an address and a port, such as 127.0.0.1:8480\n";
        return kUsage;
    }
    try {
        std::optional<certs::Authority> authority;
        if (!options.ca_folder.empty())
            authority.emplace(certs::Authority::open_or_create(options.ca_folder));
        net::Loop loop;
        lab::ServerOptions server_options;
        if (authority) server_options.authority = &*authority;
        server_options.log_file = options.log_file;
        server_options.site.proxy_support = options.proxy_support;
        server_options.idle_timeout = std::chrono::seconds(options.idle_seconds);
        server_options.handshake_timeout = std::chrono::seconds(options.handshake_seconds);
        const lab::Server server(loop, *listen, server_options);
        loop.on_signal([&](int) { loop.stop(); });
        out << "lab  http://" << net::to_string(server.local())
            << (authority ? "/, and https on the same port" : "/")
            << "   (why401 lab --list shows what to try)" << std::endl;
        if (!options.ready_file.empty() && !write_ready_file(options.ready_file, server.local())) {
            err << "why401 lab: cannot write " << options.ready_file << '\n';
            return kCannotBind;
        }
        loop.run();
    } catch (const certs::CertsError& error) {
        err << "why401 lab: " << error.what() << '\n';
        return kUsage;
    } catch (const std::system_error& error) {
        err << "why401 lab: " << error.what() << '\n';
        return kCannotBind;
    }
    return kStopped;
}

int lab_command(const LabOptions& options, std::ostream& out) { return lab_command(options, out, std::cerr); }

}  // namespace why401::cli

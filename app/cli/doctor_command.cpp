#include "app/cli/doctor_command.h"

#include <chrono>
#include <cstdlib>

#include "app/cli/ca_command.h"
#include "app/doctor/here.h"
#include "app/doctor/there.h"
#include "app/paths.h"
#include "certs/authority.h"
#include "wire/printable.h"

namespace why401::cli {

namespace {

constexpr int kWell = 0, kSomethingFails = 1, kUsage = 2;
constexpr std::chrono::seconds kPatience{10};

using Checks = std::vector<doctor::Check>;

void add(Checks& checks, Checks more) {
    for (doctor::Check& check : more) checks.push_back(std::move(check));
}

Checks this_machine() {
    const auto variable = [](const char* name) -> const char* { return std::getenv(name); };
    const char* path = variable("PATH");
    const std::string programs = path == nullptr ? "" : path;
    const Paths places = paths();
    const std::vector<Instance> instances = living_instances(places.runtime);
    Checks checks{doctor::port(*net::parse_endpoint("127.0.0.1:8401"), "--listen", instances),
                  doctor::port(*net::parse_endpoint("127.0.0.1:8402"), "--ui", instances),
                  doctor::folder("captures", places.captures), doctor::folder("the CA", places.ca),
                  doctor::folder("what runs", places.runtime)};
    const CaPlaces ca = ca_places();
    add(checks, doctor::ca(ca.folder, ca.trust, std::chrono::system_clock::now()));
    add(checks, doctor::browsers(browser::installed(programs), browser::is_in_path(programs, "certutil")));
    add(checks, doctor::environment(variable));
    return checks;
}

}  // namespace

int doctor_command(const DoctorOptions& options, std::ostream& out, std::ostream& err) {
    const auto place = doctor::place_of(options.url);
    if (!options.url.empty() && !place) {
        err << "why401 doctor: '" << printable(options.url) << "' is no URL such as https://web01.example/\n";
        return kUsage;
    }
    Checks checks = this_machine();
    try {
        if (place)
            add(checks, doctor::server(*place, doctor::visit(*place, options.upstream_ca, kPatience),
                                       std::chrono::system_clock::now()));
    } catch (const certs::CertsError& error) {
        err << "why401 doctor: " << error.what() << '\n';
        return kUsage;
    }
    out << (options.json ? doctor::as_json(checks) : doctor::as_text(checks));
    return doctor::is_well(checks) ? kWell : kSomethingFails;
}

}  // namespace why401::cli

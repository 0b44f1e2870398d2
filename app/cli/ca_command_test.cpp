#include "app/cli/ca_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "app/cli/ca_trust_command.h"
#include "certs/authority.h"
#include "certs/run_program.h"
#include "tests/support/temporary_folder.h"

namespace why401::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct CaCommands : testing::Test {
    TemporaryFolder temporary;
    CaPlaces places;
    std::ostringstream out, err;

    void SetUp() override {
        places.folder = temporary.path / "ca";
        places.trust.home = temporary.path;
        places.trust.data_home = temporary.path / "data";
        places.trust.config_home = temporary.path / "config";
        places.trust.root = temporary.path / "root";  // no system store
    }

    fs::path nss() {
        const fs::path folder = temporary.path / ".pki/nssdb";
        fs::create_directories(folder);
        EXPECT_TRUE(
            certs::run_program({"certutil", "-N", "--empty-password", "-d", "sql:" + folder.string()}).well())
            << "package libnss3-tools";
        return folder;
    }
    bool trusted() const {
        const auto ca = certs::current_ca(places.folder);
        return ca &&
               certs::is_trusted(places.trust, certs::find_trust_stores(places.trust).front(), *ca) == true;
    }

    int show(bool as_json = false) { return cleared(), ca_show_command(places, as_json, out, err); }
    int export_ca(const CaExportOptions& options = {}) {
        return cleared(), ca_export_command(places, options, out, err);
    }
    int trust(const CaTrustOptions& options, const char* answer = nullptr) {
        cleared();
        std::istringstream answers(answer != nullptr ? answer : "");
        return ca_trust_command(places, options, answer != nullptr ? &answers : nullptr, out, err);
    }
    int untrust(const std::string& target = "all-found") {
        return cleared(), ca_untrust_command(places, target, out, err);
    }
    void cleared() {
        out.str("");
        err.str("");
    }
};

TEST_F(CaCommands, ShowSaysWhatToDoWhenThereIsNoCaAndMakesNone) {
    EXPECT_EQ(show(), 0);
    EXPECT_THAT(out.str(), HasSubstr("why401 ca export"));
    EXPECT_EQ(show(true), 0);
    EXPECT_EQ(json::parse(out.str()), json::parse(R"({"exists":false})"));
    EXPECT_FALSE(fs::exists(places.folder));
}

TEST_F(CaCommands, ShowTellsEverythingOfTheCa) {
    const fs::path database = nss();
    CaExportOptions options;
    options.only_hosts = {"*.corp.example"};
    ASSERT_EQ(export_ca(options), 0);
    const certs::CaCertificate ca = *certs::current_ca(places.folder);
    ASSERT_EQ(show(true), 0);
    const json::object said = json::parse(out.str()).as_object();
    EXPECT_EQ(said.at("name").as_string(), ca.name);
    EXPECT_EQ(said.at("sha256").as_string(), ca.sha256);
    EXPECT_EQ(said.at("file").as_string(), ca.file.string());
    EXPECT_EQ(said.at("only_hosts"), json::parse(R"(["corp.example"])"));
    EXPECT_TRUE(said.at("problem").is_null());
    EXPECT_FALSE(said.at("expired").as_bool());
    const json::object store = said.at("stores").as_array().at(0).as_object();
    EXPECT_EQ(store.at("folder").as_string(), database.string());
    EXPECT_EQ(store.at("trusted"), json::value(false));
    ASSERT_EQ(show(), 0);
    for (const std::string& word :
         {ca.name, ca.file.string(), std::string("only corp.example"), database.string()})
        EXPECT_THAT(out.str(), HasSubstr(word));
}

TEST_F(CaCommands, ShowSaysWhyACaCannotBeUsed) {
    export_ca();
    fs::permissions(places.folder / "ca.key", fs::perms(0644));
    EXPECT_EQ(show(), 0);
    EXPECT_THAT(out.str(), HasSubstr("chmod 600"));
    write_text(places.folder / "ca.pem", "nonsense");
    EXPECT_EQ(show(), 3);
    EXPECT_THAT(err.str(), HasSubstr((places.folder / "ca.pem").string()));
}

TEST_F(CaCommands, ExportMakesTheCaOnceAndGivesItsCertificateAlone) {
    EXPECT_EQ(export_ca(), 0);
    EXPECT_EQ(out.str(), text_of(places.folder / "ca.pem"));
    EXPECT_THAT(err.str(), HasSubstr("A CA was made"));
    EXPECT_EQ(export_ca(), 0);
    EXPECT_THAT(err.str(), IsEmpty());
    EXPECT_THAT(out.str(), Not(HasSubstr("PRIVATE")));
    CaExportOptions der;
    der.format = "der";
    EXPECT_EQ(export_ca(der), 0);
    EXPECT_EQ(out.str(), certs::current_ca(places.folder)->der);
}

TEST_F(CaCommands, ExportOverwritesNothingUnlessForced) {
    CaExportOptions options;
    options.file = (temporary.path / "ca.crt").string();
    write_text(options.file, "somebody's");
    EXPECT_EQ(export_ca(options), 2);
    EXPECT_THAT(err.str(), HasSubstr("--force"));
    EXPECT_EQ(text_of(options.file), "somebody's");
    EXPECT_FALSE(fs::exists(places.folder)) << "refused before anything was made";
    options.force = true;
    EXPECT_EQ(export_ca(options), 0);
    EXPECT_EQ(text_of(options.file), text_of(places.folder / "ca.pem"));
    EXPECT_THAT(out.str(), IsEmpty());

    options.file = (temporary.path / "no folder" / "ca.crt").string();
    EXPECT_EQ(export_ca(options), 3);
    EXPECT_THAT(err.str(), HasSubstr(options.file));
}

TEST_F(CaCommands, ExportDoesNotConstrainACaThatIsThere) {
    export_ca();
    CaExportOptions options;
    options.only_hosts = {"corp.example"};
    EXPECT_EQ(export_ca(options), 2);
    EXPECT_THAT(err.str(), HasSubstr("--only-hosts"));
}

TEST_F(CaCommands, TrustDoesNothingThatNobodyAgreedTo) {
    nss();
    EXPECT_EQ(trust({}), 2) << "nobody is there to agree";
    EXPECT_THAT(err.str(), HasSubstr("--yes"));
    EXPECT_THAT(out.str(), HasSubstr("to be added to"));
    EXPECT_FALSE(trusted());
    for (const char* answer : {"", "\n", "n\n", "no\n", "perhaps\n"}) {
        EXPECT_EQ(trust({}, answer), 1) << answer;
        EXPECT_THAT(out.str(), HasSubstr("Nothing was done."));
        EXPECT_FALSE(trusted()) << answer;
    }
}

TEST_F(CaCommands, TrustIsAgreedToAndUndone) {
    nss();
    EXPECT_EQ(trust({}, "y\n"), 0);
    EXPECT_TRUE(trusted());
    EXPECT_EQ(trust({}), 0) << "nothing is left to agree to";
    EXPECT_THAT(out.str(), HasSubstr("trusted already"));
    EXPECT_EQ(untrust(), 0);
    EXPECT_FALSE(trusted());
    EXPECT_EQ(trust({"nss", true}), 0);
    EXPECT_TRUE(trusted());
    EXPECT_EQ(untrust("firefox"), 0) << "no profile, nothing to undo";
    EXPECT_TRUE(trusted());
    EXPECT_EQ(untrust("nss"), 0);
    EXPECT_FALSE(trusted());
}

TEST_F(CaCommands, UntrustWorksWhenTheKeyIsLostOrRead) {
    nss();
    ASSERT_EQ(trust({"nss", true}), 0);
    fs::permissions(places.folder / "ca.key", fs::perms(0644));
    ASSERT_EQ(trust({"nss", true}), 3) << "a key that others can read makes no trust";
    fs::remove(places.folder / "ca.key");
    EXPECT_EQ(untrust(), 0);
    EXPECT_FALSE(trusted());
}

TEST_F(CaCommands, UntrustRemembersACaThatHasExpired) {
    nss();
    certs::AuthorityOptions long_ago;
    long_ago.now = std::chrono::system_clock::from_time_t(1'750'000'000);
    certs::Authority::open_or_create(places.folder, long_ago);
    const certs::CaCertificate first = *certs::current_ca(places.folder);
    const auto store = certs::find_trust_stores(places.trust).front();
    ASSERT_TRUE(certs::trust(places.trust, store, first).done);
    export_ca();  // another is made
    ASSERT_NE(certs::current_ca(places.folder)->sha256, first.sha256);
    EXPECT_EQ(untrust(), 0);
    EXPECT_EQ(certs::is_trusted(places.trust, store, first), false);
}

TEST_F(CaCommands, TrustSaysWhatIsMissing) {
    EXPECT_EQ(trust({"firefox", true}), 1);
    EXPECT_THAT(err.str(), HasSubstr("No Firefox profile"));
    EXPECT_EQ(trust({"debian", true}), 1);
    EXPECT_THAT(err.str(), HasSubstr("ca-certificates"));
    EXPECT_EQ(untrust(), 1);
    EXPECT_THAT(err.str(), HasSubstr("there is no CA"));
    nss();
    places.trust.certutil = "certutil-that-is-not-there";
    EXPECT_EQ(trust({"nss", true}), 1);
    EXPECT_THAT(out.str(), HasSubstr("libnss3-tools"));
    EXPECT_EQ(show(), 0);
    EXPECT_THAT(out.str(), HasSubstr("libnss3-tools"));
}

TEST_F(CaCommands, PrintStepsWhereTheyCanDoNothing) {
    for (const std::string& target : trust_targets()) {
        if (target == "all-found" || target == "debian" || target == "nss" || target == "firefox") continue;
        EXPECT_EQ(trust({target, false}), 0) << target;
        EXPECT_THAT(out.str(), HasSubstr((places.folder / "ca.pem").string())) << target;
        EXPECT_THAT(out.str(), HasSubstr("To undo it:")) << target;
        EXPECT_EQ(untrust(target), 0) << target;
        EXPECT_THAT(out.str(), Not(IsEmpty())) << target;
    }
}

}  // namespace
}  // namespace why401::cli

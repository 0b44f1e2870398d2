#include "lab/scenes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace why401::lab {
namespace {

using testing::HasSubstr;

TEST(LabScenes, EverySubstatusOfTheLabHasAScene) {
    for (const char* code : {"401.1", "401.2", "401.3", "401.4", "401.5", "200"}) {
        bool found = false;
        for (const Scene& scene : scenes()) found = found || scene.sees.find(code) != std::string_view::npos;
        EXPECT_TRUE(found) << code;
    }
}

TEST(LabScenes, TheListHasAnAddressALessonAndACommandForEach) {
    const std::string list = list_scenes("127.0.0.1:9999", "/home/it/ca.pem");
    for (const Scene& scene : scenes()) {
        EXPECT_THAT(list, HasSubstr(scene.url() + "   "));
        EXPECT_THAT(list, HasSubstr(std::string(scene.teaches)));
        EXPECT_FALSE(scene.options.empty()) << scene.path;
    }
    EXPECT_THAT(list, HasSubstr("curl --connect-to ::127.0.0.1:9999 --ntlm -u 'CONTOSO\\alice:Wonderland1' "
                                "'http://web01.lab.why401.test/'"));
    EXPECT_THAT(list, HasSubstr("curl --connect-to ::127.0.0.1:9999 --cacert '/home/it/ca.pem' --ntlm -u "
                                "'CONTOSO\\alice:Wonderland1' 'https://web01.lab.why401.test/'"));
}

TEST(LabScenes, EachPolicyOfExtendedProtectionHasASceneOverTls) {
    for (const char* host :
         {"epa-none.lab.why401.test", "epa-allow.lab.why401.test", "epa-require.lab.why401.test"}) {
        bool found = false;
        for (const Scene& scene : scenes()) found = found || (scene.tls && scene.host == host);
        EXPECT_TRUE(found) << host;
    }
}

}  // namespace
}  // namespace why401::lab

#pragma once
// One browser in one profile: prepared, started, ended gently, and nothing of it left.

#include <functional>
#include <string>

#include "app/browser/browser.h"
#include "app/child.h"
#include "app/scratch_folder.h"
#include "net/loop.h"

namespace why401::browser {

/// The profile could not be prepared: a sentence that says what would help.
struct CannotPrepare : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Session {
public:
    /// Starts `browser` for `wish`, whose profile is filled in. `ca` is a PEM file it is to trust; empty:
    /// none. Throws CannotPrepare, std::system_error when it cannot be started,
    /// std::filesystem::filesystem_error.
    Session(net::Loop& loop, const Surroundings& before, const Browser& browser, Wish wish,
            const std::filesystem::path& ca);

    /// Calls back from the loop when it has ended, by itself, by close(), or because a signal that came to us
    /// closed it. Until then the loop has to run.
    void when_it_ends(std::function<void(int exit_code)> callback);
    /// As if its window were closed; the second time, or when it takes longer than some seconds, it is
    /// killed.
    void close();
    bool was_closed() const { return closing_; }  ///< by close() or a signal, not by its user

    /// The last lines of what it printed.
    std::string last_words() const;

private:
    net::Loop& loop_;
    ScratchFolder profile_;
    Child child_;
    net::Timer patience_;
    bool closing_ = false;
};

}  // namespace why401::browser

#pragma once
// How the parser tells which command is to be run.

#include <CLI/App.hpp>
#include <functional>
#include <memory>

namespace why401::cli {

using Chosen = std::function<int()>;

/// `name` runs `work` on its options; `options` is what the parser fills in.
template <class Options, class Work>
void runs(CLI::App* command, const std::shared_ptr<Options>& options, Chosen& chosen, Work work) {
    command->callback([options, &chosen, work] { chosen = [options, work] { return work(*options); }; });
}

}  // namespace why401::cli

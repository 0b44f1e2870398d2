#include "app/cli/config_file.h"

#include <CLI/CLI.hpp>
#include <sstream>

#include "wire/ascii.h"

namespace why401::cli {

namespace {

std::string_view without_line_end(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return trimmed(line);
}

/// An entry may go on over several lines inside brackets.
bool is_open(std::string_view entry) {
    const auto equals = entry.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view value = trimmed(entry.substr(equals + 1));
    return value.starts_with('[') && value.find(']') == std::string_view::npos;
}

std::optional<std::string> complaint_about(const std::string& section, const std::string& entry,
                                           const std::function<void(CLI::App&)>& add_options) {
    if (entry.find('=') == std::string::npos) return "an entry looks like `name = value`";
    CLI::App app;
    app.allow_config_extras(false);
    add_options(app);
    std::istringstream text(section + "\n" + entry + "\n");
    try {
        app.parse_from_stream(text);
    } catch (const CLI::ConfigError&) {
        return "there is no such option as " + std::string(trimmed(entry.substr(0, entry.find('=')))) +
               (section.empty()
                    ? std::string(" outside a section; options of a command stand under [command]")
                    : " in " + section);
    } catch (const CLI::RequiredError&) {
        return std::nullopt;  // of what only the command line can give
    } catch (const CLI::Error& error) {
        return error.what();
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> config_complaint(const std::filesystem::path& file, const std::string& text,
                                            const std::function<void(CLI::App&)>& add_options) {
    std::istringstream lines(text);
    std::string section, line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        const std::size_t begins = number;
        std::string entry(without_line_end(line));
        if (entry.empty() || entry.front() == '#') continue;
        if (entry.front() == '[') {
            section = entry;
            const std::string_view name = std::string_view(entry).substr(1, entry.find(']') - 1);
            if (entry.back() != ']' || !is_token(name))
                return file.string() + ":" + std::to_string(begins) + ": a section looks like `[command]`";
            continue;
        }
        while (is_open(entry) && std::getline(lines, line)) {
            entry += std::string(without_line_end(line));
            ++number;
        }
        if (const auto complaint = complaint_about(section, entry, add_options))
            return file.string() + ":" + std::to_string(begins) + ": " + *complaint;
    }
    return std::nullopt;
}

}  // namespace why401::cli

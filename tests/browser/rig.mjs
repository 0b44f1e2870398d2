// Starts the built program and a Chromium for the tests of its page, and watches what a page must never do.
import { spawn, execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const WHY401 = process.env.WHY401;
if (!WHY401) throw new Error('WHY401 names the built program');
export const LAB = 'http://web01.lab.why401.test/';
export const PATIENCE = 60_000; // milliseconds; only a hang is that slow

/** What ends a test: in reverse order. */
export class Rig {
    ends = [];

    async end() {
        for (const end of this.ends.reverse()) await end();
    }

    folder() {
        const folder = mkdtempSync(join(tmpdir(), 'why401-'));
        this.ends.push(() => rmSync(folder, { recursive: true, force: true }));
        return folder;
    }

    /** `why401 proxy` with ports of its own; `stop()` ends it. */
    proxy(...options) {
        return this.started(['proxy', '--listen', '127.0.0.1:0'], options);
    }

    /** `why401 open`: a file without a proxy. */
    open(file, ...options) {
        return this.started(['open', file], options);
    }

    async started(command, options) {
        const home = this.folder();
        const ready = join(home, 'ready.json');
        const environment = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home };
        for (const [name, value] of Object.entries(process.env)) if (name.endsWith('SAN_OPTIONS')) environment[name] = value;
        if (!options.includes('--ui')) options.push('--ui', '127.0.0.1:0');
        const child = spawn(WHY401, [...command, '--ready', ready, ...options], { cwd: home, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
        let said = '';
        child.stderr.on('data', (text) => { said += text; });
        const ended = new Promise((resolve) => child.on('exit', resolve));
        const stop = async () => {
            child.kill('SIGTERM');
            return ended;
        };
        this.ends.push(stop);
        for (const last = Date.now() + PATIENCE; !existsSync(ready); await new Promise((then) => setTimeout(then, 20)))
            if (child.exitCode !== null || Date.now() > last) throw new Error(`why401 ${command[0]} does not start: ${said}`);
        const facts = JSON.parse(readFileSync(ready, 'utf8'));
        return { ...facts, home, stop, address: `http://${facts.ui}/#t=${facts.token}` };
    }

    /** A page, and all that it did which no page of ours may do. */
    async page(options = {}) {
        this.browser ??= await this.launch();
        const context = await this.browser.newContext(options);
        const page = await context.newPage();
        page.setDefaultTimeout(PATIENCE);
        const wrongs = [];
        page.on('dialog', (dialog) => { wrongs.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
        page.on('pageerror', (error) => wrongs.push(`error: ${error.message}`));
        page.on('console', (line) => { if (/Content Security Policy|Trusted/i.test(line.text())) wrongs.push(line.text()); });
        page.on('request', (request) => {
            const { protocol, hostname } = new URL(request.url());
            if (protocol !== 'data:' && hostname !== '127.0.0.1') wrongs.push(`request to ${hostname}`);
        });
        return { page, wrongs };
    }

    async launch(...args) {
        const browser = await chromium.launch({
            executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
            args: process.getuid() === 0 ? ['--no-sandbox', ...args] : args,
        });
        this.ends.push(() => browser.close());
        return browser;
    }
}

/** A picture for whoever wants to look: PICTURES names the folder; without it none is made. */
export async function screenshot(page, name) {
    if (!process.env.PICTURES) return;
    mkdirSync(process.env.PICTURES, { recursive: true });
    await page.screenshot({ path: join(process.env.PICTURES, `${name}.png`) });
}

/** curl through the proxy; what it printed. */
export async function curl(proxy, ...options) {
    const { stdout } = await promisify(execFile)('curl', ['--silent', '--max-time', '60', '--proxy', `http://${proxy.proxy}`, '--noproxy', '', ...options]);
    return stdout;
}

/** Runs a claim with a rig of its own. */
export const withRig = (claim) => async () => {
    const rig = new Rig();
    try {
        await claim(rig);
    } finally {
        await rig.end();
    }
};

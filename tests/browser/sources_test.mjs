// The sources of the page: their types hold, and the libraries in them are what their packages publish.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const node = (...command) => spawnSync(process.execPath, command, { cwd: here, encoding: 'utf8' });
const types = (folder) => node(join(here, 'node_modules/typescript/bin/tsc'), '-p', join(folder, 'tests/browser/tsconfig.json'));

test('the types of the page hold', () => {
    const checked = types(join(here, '../..'));
    assert.equal(checked.status, 0, checked.stdout);
});

test('the checker finds a planted mistake', () => {
    const folder = mkdtempSync(join(tmpdir(), 'why401-types-'));
    try {
        cpSync(join(here, '../../app/web'), join(folder, 'app/web'), { recursive: true });
        cpSync(join(here, 'tsconfig.json'), join(folder, 'tests/browser/tsconfig.json'));
        symlinkSync(join(here, 'node_modules'), join(folder, 'tests/browser/node_modules'));
        writeFileSync(join(folder, 'app/web/planted.js'), "import { status } from './state.js';\nstatus.value?.polcy.trim();\n");
        const checked = types(folder);
        assert.notEqual(checked.status, 0);
        assert.match(checked.stdout, /planted\.js.*polcy/);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
});

test('the libraries are what npm publishes, but for where they import from', () => {
    const checked = node('vendor.mjs');
    assert.equal(checked.status, 0, checked.stderr);
});

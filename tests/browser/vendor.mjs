// The libraries in app/web/vendor, made from their npm packages: the published module with its imports pointing
// at its neighbours (a page may hold no inline import map), and the licence before it.
//   node vendor.mjs --write     writes app/web/vendor
//   node vendor.mjs             says what differs from it, and leaves with 1
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = process.env.BROWSER_PACKAGES ?? join(dirname(fileURLToPath(import.meta.url)), 'node_modules');
const vendor = join(dirname(fileURLToPath(import.meta.url)), '../../app/web/vendor');

/** What is taken: file here, package, module in it, licence file, types. */
const taken = [
    ['preact.js', 'preact', 'dist/preact.module.js', 'LICENSE'],
    ['hooks.js', 'preact', 'hooks/dist/hooks.module.js', 'LICENSE'],
    ['htm.js', 'htm', 'dist/htm.module.js', 'LICENSE'],
    ['signals-core.js', '@preact/signals-core', 'dist/signals-core.mjs', 'LICENSE'],
    ['signals.js', '@preact/signals', 'dist/signals.mjs', 'LICENSE'],
];
const neighbours = {
    'preact': './preact.js', 'preact/hooks': './hooks.js', '@preact/signals-core': './signals-core.js',
};

function made([, name, module, licence]) {
    const folder = join(packages, name);
    const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const code = readFileSync(join(folder, module), 'utf8')
        .replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '')
        .replace(/(from|import)\s*(["'])([^"'.][^"']*)\2/g, (whole, word, quote, from) => {
            if (!neighbours[from]) throw new Error(`${name} imports ${from}, which is not here`);
            return `${word}${quote}${neighbours[from]}${quote}`;
        });
    const words = readFileSync(join(folder, licence), 'utf8').replaceAll('*/', '* /').trim();
    return `/*! ${name} ${about.version} (${about.license}), ${module} of its npm package; made by tests/browser/vendor.mjs.\n\n${words}\n*/\n${code.trim()}\n`;
}

let different = 0;
for (const one of taken) {
    const file = join(vendor, one[0]);
    const text = made(one);
    if (process.argv.includes('--write')) writeFileSync(file, text);
    else if (readFileSync(file, 'utf8') !== text) {
        console.error(`${one[0]} is not what ${one[1]} publishes`);
        different = 1;
    }
}
process.exit(different);

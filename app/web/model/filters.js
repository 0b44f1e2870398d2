// The words of the filter: what they mean, how they are completed, which were used before. The proxy evaluates
// them; the grammar is that of `GET /api/v1/exchanges?filter=`.

/** @import { Columns, WordName } from './columns.js' */

export const KEYS = [
    { key: 'status:', meaning: 'status or substatus: 401, 401.2, 4*' },
    { key: 'finding:', meaning: 'what explains it: NTLM-POOL-*' },
    { key: 'user:', meaning: 'who was served, or believed to be' },
    { key: 'conn:', meaning: 'a connection of either side: C1, U3' },
    { key: 'host:', meaning: 'the server asked for' },
    { key: 'scheme:', meaning: 'of authentication: ntlm, negotiate, basic' },
];

const HISTORY = 'why401.filters', KEPT = 20, OFFERED = 12;

/** @returns {string[]} newest first */
export function history() {
    try {
        const kept = JSON.parse(localStorage.getItem(HISTORY) ?? '[]');
        return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(0, KEPT) : [];
    } catch {
        return []; // storage may be off, or hold something of another version
    }
}

/** @param {string} filter */
export function remember(filter) {
    if (!filter.trim()) return;
    try {
        localStorage.setItem(HISTORY, JSON.stringify([filter, ...history().filter((one) => one !== filter)].slice(0, KEPT)));
    } catch { /* the filter works without a history */ }
}

/** The word that ends at the caret. @param {string} text @param {number} caret */
export function wordAt(text, caret) {
    const before = text.slice(0, caret);
    let begin = 0, quoted = false;
    for (let i = 0; i < before.length; ++i) {
        if (before[i] === '"') quoted = !quoted;
        else if (!quoted && before[i] === ' ') begin = i + 1;
    }
    return { begin, word: before.slice(begin) };
}

/** Different values of these columns, by frequency. @param {Columns} columns @param {WordName[]} names */
function values(columns, names) {
    /** @type {Map<number, number>} */
    const counts = new Map();
    for (const name of names) {
        const column = columns.column(name);
        for (let row = 0; row < columns.size; ++row) if (column[row]) counts.set(column[row], (counts.get(column[row]) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]).map(([word]) => columns.words[word]);
}

/** @param {Columns} columns @param {string} key @returns {string[]} */
function candidates(columns, key) {
    const distinct = (/** @type {Iterable<string>} */ all) => [...new Set(all)];
    switch (key) {
        case 'status:': {
            const codes = distinct(Array.from(columns.column('status').subarray(0, columns.size), String)).filter((code) => code !== '0');
            return [...values(columns, ['substatus']), ...codes.sort()];
        }
        case 'finding:': return values(columns, ['finding']);
        case 'user:': return values(columns, ['client_identity', 'identity']);
        case 'host:': return values(columns, ['origin']).map((origin) => origin.replace(/^\w+:\/\//, ''));
        case 'scheme:': return values(columns, ['scheme']).map((scheme) => scheme.toLowerCase());
        case 'conn:': {
            const some = (/** @type {'client' | 'upstream'} */ side, /** @type {string} */ letter) =>
                distinct(Array.from(columns.column(side).subarray(Math.max(0, columns.size - 2000), columns.size), (number) => (number ? letter + number : '')));
            return [...some('client', 'C'), ...some('upstream', 'U')].filter(Boolean);
        }
        default: return [];
    }
}

/**
 * What the word at the caret may become.
 * @param {Columns} columns @param {string} text @param {number} caret
 * @returns {{ insert: string, meaning: string }[]}
 */
export function completions(columns, text, caret) {
    const { word } = wordAt(text, caret);
    const key = KEYS.find((one) => word.startsWith(one.key));
    if (!key) {
        const keys = KEYS.filter((one) => one.key.startsWith(word)).map(({ key: insert, meaning }) => ({ insert, meaning }));
        const before = text.trim() === '' ? history().slice(0, 6).map((insert) => ({ insert, meaning: 'used before' })) : [];
        return [...before, ...keys];
    }
    const typed = word.slice(key.key.length).replace(/"/g, '').toLowerCase();
    return candidates(columns, key.key).filter((value) => value.toLowerCase().includes(typed) && value.toLowerCase() !== typed).slice(0, OFFERED)
        .map((value) => ({ insert: key.key + (value.includes(' ') ? `"${value}"` : value), meaning: '' }));
}

// Which exchanges the filter lets through: asked of the proxy, for all at once and then for what changes.

import { getList } from './api.js';
import * as choice from './choice.js';
import { asking, attempt, matchedWords, matches } from './state.js';
import { batch } from './vendor/signals.js';

const AT_ONCE = 1000; // ids in a question

/** What has changed since the filter was last asked about it. @type {Set<number>} */
let changed = new Set();

/** @param {number} id */
export const hasChanged = (id) => changed.add(id);
/** Something has changed that the filter was not asked about. */
export const isBehind = () => choice.filter.value.trim() !== '' && changed.size > 0;

/** @type {Promise<unknown>} */
let last = Promise.resolve();
/** One question after the other: an older answer never overwrites a newer one. @param {() => Promise<void>} ask */
function inTurn(ask) {
    const mine = last.then(ask);
    last = mine.catch(() => {});
    return mine;
}

/** Asks about what has changed. */
export const catchUp = () => inTurn(async () => {
    const check = asking(), words = choice.filter.value, ids = [...changed];
    changed = new Set();
    try {
        /** @type {number[]} */
        const passing = [];
        for (let at = 0; at < ids.length && words.trim(); at += AT_ONCE) {
            passing.push(...(await getList({ filter: words, ids: ids.slice(at, at + AT_ONCE).join(',') })).ids);
            check();
        }
        if (words !== choice.filter.value || !words.trim()) return; // the new words are asked about next
        const all = new Set(matches.value ?? []);
        for (const id of ids) all.delete(id);
        for (const id of passing) all.add(id);
        matches.value = all;
    } catch (error) {
        for (const id of ids) changed.add(id);
        throw error;
    }
});

/** Asks about everything. */
export const matchAnew = () => inTurn(async () => {
    const check = asking(), words = choice.filter.value;
    changed = new Set();
    /** @type {Set<number>} */
    const passing = new Set();
    for (let after = 0, more = words.trim() !== ''; more;) {
        const list = await getList({ filter: words, after });
        check();
        if (words !== choice.filter.value) return; // they are asked about next
        for (const id of list.ids) passing.add(id);
        more = list.next !== null;
        after = list.next ?? 0;
    }
    batch(() => {
        matches.value = words.trim() ? passing : null;
        matchedWords.value = words;
    });
});

/** @param {string} words */
export async function setFilter(words) {
    choice.filter.value = words;
    if (!words.trim()) matches.value = null;
    await attempt(matchAnew);
}

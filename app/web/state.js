// What the page knows of the run. Components read the signals; loading.js and matching.js alone change them.

import { computed, signal } from './vendor/signals.js';
import * as choice from './choice.js';
import { Columns } from './model/columns.js';
import { isFailure } from './model/groups.js';
import { identitiesOf } from './model/lanes.js';

/** @import { FaultChoice, Finding, PolicyChoice, Status, Switch } from './types.js' */
/** @template T @typedef {import('./vendor/signals.js').Signal<T>} Signal */

/** Null until the run has answered. @type {Signal<Status | null>} */
export const status = signal(null);
/** Of the process itself, also while a capture is looked at. @type {Signal<Status | null>} */
export const run = signal(null);
/** By id. @type {Signal<Map<number, Finding>>} */
export const findings = signal(new Map());
/** What the proxy itself lacks: a full disk, say. It stays until the next such sentence. */
export const trouble = signal('');
/** Why nothing, or nothing new, can be shown; empty when all is well. */
export const message = signal('Reading the state of this run …');
/** What the last click came to, when it failed or needs a word. */
export const notice = signal('');
/** When policy and faults were switched, in order. @type {Signal<Switch[]>} */
export const switches = signal([]);
/** @type {Signal<PolicyChoice[]>} */
export const policies = signal([]);
/** @type {Signal<FaultChoice[]>} */
export const faults = signal([]);
/** Ids of the exchanges that the filter lets through; null: there is no filter. @type {Signal<Set<number> | null>} */
export const matches = signal(null);
/** The words that `matches` belongs to. */
export const matchedWords = signal('');

/** Every exchange; it changes in place, and then `version` does. */
export let columns = new Columns();
/** @param {Columns} next */
export function replaceColumns(next) {
    columns = next;
}
export const version = signal(0);
/** The last id that is known, also while the view is held still. */
export const newest = signal(0);

/** Of each exchange the failure that explains it. */
export const failureOf = computed(() => {
    /** @type {Map<number, Finding>} */
    const map = new Map();
    for (const one of findings.value.values()) if (one.kind === 'failure') map.set(one.exchange, one);
    return map;
});

/** @param {Finding[]} more */
export function addFindings(more) {
    findings.value = new Map([...findings.value, ...more.map((finding) => /** @type {[number, Finding]} */ ([finding.id, finding]))]);
}

/** Letters of the identities, in order of their first appearance. */
export const identities = computed(() => (version.value, identitiesOf(columns)));

/** Rows of the exchanges that are shown at all. */
export const shownRows = computed(() => {
    void version.value;
    const rows = [], ids = columns.column('ids'), passing = matches.value, part = choice.range.value, last = choice.pausedAt.value || Infinity;
    for (let row = 0; row < columns.size; ++row) {
        const id = ids[row];
        if (id > last || (passing && !passing.has(id)) || (part && (id < part[0] || id > part[1]))) continue;
        rows.push(row);
    }
    return rows;
});

/** The origins, each with what it has; those with failures and logins come first. */
export const origins = computed(() => {
    void version.value;
    /** @type {Map<number, { place: number, name: string, exchanges: number, logins: number, failures: number }>} */
    const found = new Map();
    for (let row = 0; row < columns.size; ++row) {
        const place = columns.number('origin', row);
        let one = found.get(place);
        if (!one) found.set(place, one = { place, name: columns.words[place], exchanges: 0, logins: 0, failures: 0 });
        ++one.exchanges;
        if (columns.number('conversation', row)) ++one.logins;
        if (isFailure(columns.word('finding', row))) ++one.failures;
    }
    return [...found.values()].sort((a, b) => Number(b.failures > 0) - Number(a.failures > 0) || Number(b.logins > 0) - Number(a.logins > 0) || b.exchanges - a.exchanges);
});

/** How many exchanges a failure explains; more than are held in `findings`, perhaps. */
export const failuresKnown = computed(() => origins.value.reduce((sum, { failures }) => sum + failures, 0));

/** What is looked at has changed since the question was asked. */
class Stale extends Error {}

let generation = 0;
/** Differs as soon as something else is looked at. */
export const lookingAt = () => generation;
/** From now on answers about what was looked at before are not taken. */
export const lookElsewhere = () => ++generation;
/** To be called after each answer: it throws Stale when nobody waits for it any more. */
export function asking() {
    const mine = generation;
    return () => {
        if (mine !== generation) throw new Stale();
    };
}

/** @param {unknown} error */
export const sentence = (error) => (error instanceof Error ? error.message : String(error));

/** Runs `work`; what hinders it is shown until it goes through. @param {() => Promise<unknown>} work */
export async function attempt(work) {
    try {
        await work();
        message.value = '';
        return true;
    } catch (error) {
        if (!(error instanceof Stale)) message.value = sentence(error);
        return false;
    }
}

/** What a click asks for; a refusal is told beside it and changes nothing. @param {() => Promise<unknown>} work */
export async function act(work) {
    notice.value = '';
    try {
        await work();
        return true;
    } catch (error) {
        if (!(error instanceof Stale) && sentence(error) !== message.value) notice.value = sentence(error);
        return false;
    }
}

/** At most one call of `work` in a while, and one after the last reason for it. @param {() => number} wait @param {() => unknown} work */
export function calmly(wait, work) {
    let waiting = false;
    return () => {
        if (waiting) return;
        waiting = true;
        setTimeout(() => {
            waiting = false;
            work();
        }, wait());
    };
}

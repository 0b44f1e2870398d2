// What the page knows of the run. Components read the signals; this module alone changes them.

import { batch, computed, signal } from './vendor/signals.js';
import * as api from './api.js';
import * as choice from './choice.js';
import { Columns } from './model/columns.js';
import { follow } from './events.js';
import { isFailure } from './model/groups.js';
import { identitiesOf } from './model/lanes.js';
import { rememberExchange, forgetRows, rememberConnection } from './rows.js';

/** @import { FaultChoice, Finding, LiveEvent, PolicyChoice, Status, Switch } from './types.js' */
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

/** Every exchange; it changes in place, and then `version` does. */
export let columns = new Columns();
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
    /** @type {Map<number, { place: number, name: string, exchanges: number, logins: number, failures: number, last: number }>} */
    const found = new Map();
    for (let row = 0; row < columns.size; ++row) {
        const place = columns.number('origin', row);
        let one = found.get(place);
        if (!one) found.set(place, one = { place, name: columns.words[place], exchanges: 0, logins: 0, failures: 0, last: -1 });
        ++one.exchanges;
        if (columns.number('conversation', row)) ++one.logins;
        if (isFailure(columns.word('finding', row))) one.last = row, ++one.failures;
    }
    return [...found.values()].sort((a, b) => Number(b.failures > 0) - Number(a.failures > 0) || Number(b.logins > 0) - Number(a.logins > 0) || b.exchanges - a.exchanges);
});

const MOST_LISTED = 500_000; // exchanges: a longer run shows its newest
const SOON = 100, LATER = 2000; // milliseconds between two drawings of a small and of a very large record
const REFRESH = 200; // milliseconds: counts need not be newer

/** Heard while a load is under way, whose answer may be older. @type {Set<LiveEvent[]>} */
const meanwhile = new Set();

/** @param {number} exchanges how many there are, about */
async function loadColumns(exchanges) {
    const loaded = new Columns();
    for (let after = Math.max(0, exchanges - MOST_LISTED), next = 1; next; after = next) {
        const list = await api.getList({ after });
        loaded.take(list);
        next = list.next ?? 0;
    }
    return loaded;
}

async function load() {
    /** @type {LiveEvent[]} */
    const late = [];
    meanwhile.add(late);
    try {
        const [nextStatus, nextFindings, nextSwitches] = await Promise.all([api.getStatus(), api.getFindings(), api.getSwitches()]);
        const loaded = await loadColumns(nextStatus.summary.exchanges);
        batch(() => {
            columns = loaded;
            forgetRows();
            status.value = nextStatus;
            if (!choice.capture.value) run.value = nextStatus;
            findings.value = new Map(nextFindings.map((finding) => [finding.id, finding]));
            switches.value = nextSwitches;
            message.value = '';
            apply(late);
            newest.value = newestId();
            ++version.value;
        });
        if (choice.filter.value) await filterAnew();
        return nextStatus;
    } finally {
        meanwhile.delete(late);
    }
}

/** @param {LiveEvent[]} events */
function heard(events) {
    if (choice.capture.value) return; // a file is looked at: it does not change
    for (const late of meanwhile) late.push(...events);
    apply(events);
    refreshSoon();
}

/** Applying an event twice does no harm. @param {LiveEvent[]} events */
function apply(events) {
    const changed = new Map(findings.value);
    let rows = false, findingsChanged = false;
    for (const { type, data } of events) {
        if (type === 'exchange' && data) {
            columns.takeOne(data);
            rememberExchange(data);
            recheck.add(data.id);
            rows = true;
        }
        if (type === 'connection' && data) rememberConnection(data);
        if (type === 'finding') findingsChanged = true, changed.set(data.id, data);
        if (type === 'withdrawn') findingsChanged = changed.delete(data.id) || findingsChanged;
        if (type === 'trouble') trouble.value = data.message;
        if (type === 'policy' || type === 'faults') switches.value = [...switches.value.filter(({ time, kind }) => time !== data.time || kind !== type), { kind: type, ...data }];
    }
    if (findingsChanged) findings.value = changed;
    if (rows) drawSoon();
}

/** At most one call of `work` in a while, and one after the last reason for it. @param {() => number} wait @param {() => unknown} work */
function calmly(wait, work) {
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

const newestId = () => (columns.size ? columns.number('ids', columns.size - 1) : 0);

const drawSoon = calmly(() => Math.min(LATER, Math.max(SOON, columns.size / 100)), async () => {
    if (choice.filter.value && recheck.size) await attempt(filterChanged);
    recheck.clear();
    newest.value = newestId();
    if (!choice.pausedAt.value) ++version.value;
});
const refreshSoon = calmly(() => REFRESH, () => attempt(async () => {
    const next = await api.getStatus();
    if (choice.capture.value) return;
    status.value = run.value = next;
}));

/** What has changed since the filter was last asked about it. @type {Set<number>} */
const recheck = new Set();

async function filterChanged() {
    const ids = [...recheck];
    const passing = new Set(matches.value ?? []);
    for (const id of ids) passing.delete(id);
    for (let at = 0; at < ids.length; at += 1000)
        for (const id of (await api.getList({ filter: choice.filter.value, ids: ids.slice(at, at + 1000).join(',') })).ids) passing.add(id);
    matches.value = passing;
}

async function filterAnew() {
    const words = choice.filter.value;
    if (!words.trim()) {
        matches.value = null;
        return;
    }
    /** @type {Set<number>} */
    const passing = new Set();
    for (let after = 0, next = 1; next; after = next) {
        const list = await api.getList({ filter: words, after });
        if (words !== choice.filter.value) return; // another one was typed meanwhile
        for (const id of list.ids) passing.add(id);
        next = list.next ?? 0;
    }
    matches.value = passing;
}

/** @param {string} words */
export async function setFilter(words) {
    choice.filter.value = words;
    await attempt(filterAnew);
}

/** Runs `work`; what hinders it is shown. @param {() => Promise<unknown>} work */
async function attempt(work) {
    try {
        await work();
        return true;
    } catch (error) {
        message.value = sentence(error);
        return false;
    }
}

/** @param {unknown} error */
export const sentence = (error) => (error instanceof Error ? error.message : String(error));

/** What a click asks for; a refusal is told beside it and changes nothing. @param {() => Promise<unknown>} work */
export async function act(work) {
    notice.value = '';
    try {
        await work();
        refreshSoon();
        return true;
    } catch (error) {
        notice.value = sentence(error);
        return false;
    }
}

/** Looks at a capture; 0: back to the run. @param {number} id */
export async function look(id) {
    api.lookAt(id);
    batch(() => {
        choice.capture.value = id;
        choice.exchange.value = choice.finding.value = choice.pausedAt.value = 0;
        choice.range.value = choice.evidence.value = null;
        choice.panel.value = 'explain';
        choice.origin.value = choice.connection.value = '';
        matches.value = null;
    });
    await attempt(load);
}

/** Loads the state of the run, or the capture that the address names, and keeps it true from then on. */
export async function live() {
    if (!(await attempt(async () => { run.value = await api.getStatus(); }))) return;
    let since = run.value?.last_event ?? 0;
    const wanted = choice.capture.value;
    api.lookAt(wanted);
    try {
        since = Math.max(since, (await load()).last_event);
    } catch (error) {
        if (!wanted) {
            message.value = sentence(error);
            return;
        }
        notice.value = sentence(error);
        await look(0); // the capture was open in an earlier run
    }
    if (!run.value?.proxy) return; // a file alone is shown: nothing more will happen
    await attempt(async () => {
        const [{ policies: all }, { faults: every }] = await Promise.all([api.getPolicies(), api.getFaults()]);
        policies.value = all;
        faults.value = every;
    });
    const again = () => { if (!choice.capture.value) attempt(load); };
    follow({ since, heard, missed: again, changed: again }); // changed: it is back, it has ended, or another run answers in its place
}

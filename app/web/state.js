// What the page knows of the run. Components read the signals; this module alone changes them.

import { batch, signal } from './vendor/signals.js';
import { getFindings, getStatus } from './api.js';
import { follow } from './events.js';

/** @import { Finding, LiveEvent, Status } from './types.js' */

/** Null until the run has answered. @type {import('./vendor/signals.js').Signal<Status | null>} */
export const status = signal(null);
/** By id. @type {import('./vendor/signals.js').Signal<Map<number, Finding>>} */
export const findings = signal(new Map());
/** What the proxy itself lacks: a full disk, say. It stays until the next such sentence. */
export const trouble = signal('');
/** Why nothing, or nothing new, can be shown; empty when all is well. */
export const message = signal('Reading the state of this run …');

const REFRESH = 500; // milliseconds: counts need not be newer

/** Heard while a load is under way, whose answer may be older. @type {Set<LiveEvent[]>} */
const meanwhile = new Set();

async function load() {
    /** @type {LiveEvent[]} */
    const late = [];
    meanwhile.add(late);
    try {
        const [nextStatus, nextFindings] = await Promise.all([getStatus(), getFindings()]);
        batch(() => {
            status.value = nextStatus;
            findings.value = new Map(nextFindings.map((finding) => [finding.id, finding]));
            message.value = '';
            apply(late);
        });
        return nextStatus;
    } finally {
        meanwhile.delete(late);
    }
}

/** @param {LiveEvent[]} events */
function heard(events) {
    for (const late of meanwhile) late.push(...events);
    apply(events);
    refreshSoon();
}

/** Applying an event twice does no harm. @param {LiveEvent[]} events */
function apply(events) {
    const changed = new Map(findings.value);
    for (const { type, data } of events) {
        if (type === 'finding') changed.set(data.id, data);
        if (type === 'withdrawn') changed.delete(data.id);
        if (type === 'trouble') trouble.value = data.message;
    }
    if (events.some(({ type }) => type === 'finding' || type === 'withdrawn')) findings.value = changed;
}

let waiting = false;
function refreshSoon() {
    if (waiting) return;
    waiting = true;
    setTimeout(async () => {
        waiting = false;
        await attempt(async () => {
            status.value = await getStatus();
        });
    }, REFRESH);
}

/** Runs `work`; what hinders it is shown. @param {() => Promise<unknown>} work */
async function attempt(work) {
    try {
        await work();
        return true;
    } catch (error) {
        message.value = error instanceof Error ? error.message : String(error);
        return false;
    }
}

/** Loads the state of the run and keeps it true from then on. */
export async function live() {
    let since = 0;
    if (!(await attempt(async () => { since = (await load()).last_event; }))) return;
    follow({
        since,
        heard,
        missed: () => attempt(load),
        changed: () => attempt(load), // it is back, it has ended, or another run answers in its place
    });
}

// Fills the state from the API and keeps it true: loads it, hears what changes, turns to a capture and back.

import * as api from './api.js';
import * as choice from './choice.js';
import { follow } from './events.js';
import { catchUp, hasChanged, isBehind, matchAnew, setFilter } from './matching.js';
import { Columns } from './model/columns.js';
import { forgetRows, rememberConnection, rememberExchange } from './rows.js';
import {
    asking, attempt, calmly, columns, faults, findings, lookElsewhere, lookingAt, matches, message, newest, notice, policies, replaceColumns, run, sentence, status, switches, trouble, version,
} from './state.js';
import { batch } from './vendor/signals.js';

/** @import { LiveEvent } from './types.js' */

const MOST_LISTED = 500_000; // exchanges: a longer run shows its newest
const SOON = 100, LATER = 2000; // milliseconds between two drawings of a small and of a very large record
const REFRESH = 200; // milliseconds: counts need not be newer

/** Heard while a load is under way, whose answer may be older. @type {Set<LiveEvent[]>} */
const meanwhile = new Set();

/** @param {number} exchanges how many there are, about @param {() => void} check */
async function loadColumns(exchanges, check) {
    const loaded = new Columns();
    for (let after = Math.max(0, exchanges - MOST_LISTED), more = true; more;) {
        const list = await api.getList({ after });
        check();
        loaded.take(list);
        more = list.next !== null;
        after = list.next ?? 0;
    }
    return loaded;
}

async function loadOnce() {
    /** @type {LiveEvent[]} */
    const late = [], check = asking();
    meanwhile.add(late);
    try {
        const [nextStatus, nextFindings, nextSwitches] = await Promise.all([api.getStatus(), api.getFindings(), api.getSwitches()]);
        check();
        const loaded = await loadColumns(nextStatus.summary.exchanges, check);
        batch(() => {
            if (status.value?.pid !== nextStatus.pid || status.value?.viewing?.id !== nextStatus.viewing?.id) forgetRows();
            replaceColumns(loaded);
            status.value = nextStatus;
            if (!choice.capture.value) run.value = nextStatus;
            findings.value = new Map(nextFindings.map((finding) => [finding.id, finding]));
            switches.value = nextSwitches;
            apply(late);
            newest.value = newestId();
            ++version.value;
        });
    } finally {
        meanwhile.delete(late);
    }
    if (choice.filter.value) await matchAnew();
}

/** @type {{ again: boolean, of: number } | null} */
let underWay = null;

/** One load at a time of what is looked at, and one more when there was a reason meanwhile. */
async function load() {
    if (underWay?.of === lookingAt()) {
        underWay.again = true;
        return;
    }
    const mine = underWay = { again: false, of: lookingAt() };
    try {
        do {
            mine.again = false;
            await loadOnce();
        } while (mine.again && mine.of === lookingAt());
    } finally {
        if (underWay === mine) underWay = null;
    }
}

/** @param {LiveEvent[]} events */
function heard(events) {
    for (const { type, data } of events) if (type === 'trouble') trouble.value = data.message;
    if (choice.capture.value) return; // a file is looked at: it does not change
    for (const late of meanwhile) late.push(...events);
    apply(events);
    refreshSoon();
}

/** Applying an event twice does no harm. @param {LiveEvent[]} events */
function apply(events) {
    const changed = new Map(findings.value);
    for (const { type, data } of events) {
        if (type === 'exchange' && data) {
            columns.takeOne(data);
            rememberExchange(data);
            hasChanged(data.id);
        }
        if (type === 'connection' && data) rememberConnection(data);
        if (type === 'finding') changed.set(data.id, data);
        if (type === 'withdrawn') changed.delete(data.id);
        if (type === 'policy' || type === 'faults' || type === 'interception') switches.value = [...switches.value.filter(({ time, kind }) => time !== data.time || kind !== type), { kind: type, ...data }];
    }
    if (events.some(({ type }) => type === 'finding' || type === 'withdrawn')) findings.value = changed;
    if (events.some(({ type }) => type === 'exchange' || type === 'connection')) drawSoon();
}

const newestId = () => (columns.size ? columns.number('ids', columns.size - 1) : 0);

const drawSoon = calmly(() => Math.min(LATER, Math.max(SOON, columns.size / 100)), async () => {
    if (isBehind()) await attempt(catchUp);
    newest.value = newestId();
    if (!choice.pausedAt.value) ++version.value;
    if (isBehind()) drawSoon();
});

const refresh = async () => {
    const check = asking(), next = await api.getStatus();
    check();
    if (!choice.capture.value) status.value = run.value = next;
};
const refreshSoon = calmly(() => REFRESH, () => attempt(refresh));

/** Turns to a capture, or with 0 to the run. @param {number} id */
async function turnTo(id) {
    lookElsewhere();
    api.lookAt(id);
    choice.capture.value = id;
    choice.range.value = choice.evidence.value = matches.value = null;
    choice.pausedAt.value = 0;
    if ((await attempt(load)) || id === 0 || choice.capture.value !== id) return;
    notice.value = message.value; // it cannot be looked at: the run goes on
    await turnTo(0);
}

/** Looks at a capture from its beginning; 0: back to the run. @param {number} id */
export async function look(id) {
    batch(() => {
        choice.exchange.value = choice.finding.value = 0;
        choice.panel.value = 'explain';
        choice.origin.value = choice.connection.value = '';
    });
    await turnTo(id);
}

/** Follows an address that was changed by hand or by a link. */
export async function goToAddress() {
    const { capture, filter } = choice, shown = capture.value, words = filter.value;
    choice.readAddress();
    if (capture.value !== shown) await turnTo(capture.value);
    else if (filter.value !== words) await setFilter(filter.value);
}

/** Loads the state of the run, or the capture that the address names, and keeps it true from then on. */
export async function live() {
    if (!(await attempt(async () => { run.value = await api.getStatus(); }))) return;
    const since = run.value?.last_event ?? 0, wanted = choice.capture.value;
    api.lookAt(wanted);
    try {
        await load();
    } catch (error) {
        notice.value = sentence(error);
        if (wanted) await look(0); // the capture was open in an earlier run
    }
    if (!run.value?.proxy) return; // a file alone is shown: nothing more will happen
    const again = () => { if (!choice.capture.value) attempt(load); };
    follow({ since, heard, missed: again, changed: again }); // changed: it is back, it has ended, or another run answers in its place
    await attempt(async () => {
        const [{ policies: all }, { faults: every }] = await Promise.all([api.getPolicies(), api.getFaults()]);
        policies.value = all;
        faults.value = every;
    });
}

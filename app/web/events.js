// Hears what happens, in order and without a gap that it does not tell of: it goes on from the last number it
// heard, also after the connection was lost.

/** @import { LiveEvent } from './types.js' */

const SOON = 250, LATER = 5000; // milliseconds until the next attempt; each failure doubles it

/**
 * @param {object} listener
 * @param {number} listener.since the number of the last event that is known
 * @param {(events: LiveEvent[]) => void} listener.heard
 * @param {() => void} listener.missed events are missing: what is shown must be loaded anew
 * @param {() => void} listener.changed the connection was lost, or stands again
 */
export function follow({ since, heard, missed, changed }) {
    let last = since, wait = SOON, first = true;

    function connect() {
        const socket = new WebSocket(`ws://${location.host}/api/v1/events?batch=1&since=${last}`);
        socket.onopen = () => {
            wait = SOON;
            if (!first) changed();
            first = false;
        };
        socket.onmessage = ({ data }) => {
            /** @type {LiveEvent[]} */
            const events = JSON.parse(data);
            last = events[events.length - 1].seq;
            if (events.some((event) => event.type === 'dropped')) missed();
            heard(events.filter((event) => event.type !== 'dropped'));
        };
        socket.onclose = () => {
            changed();
            setTimeout(connect, wait);
            wait = Math.min(wait * 2, LATER);
        };
    }
    connect();
}

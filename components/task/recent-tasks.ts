/** How many tasks the summary of a datastore shows; the page asks for as many. */
export const RECENT_TASKS = 6;

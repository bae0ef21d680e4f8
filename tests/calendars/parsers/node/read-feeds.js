// For each feed on a line of the standard input, in base64: what ical.js reads, as a line of JSON.
import ICAL from "ical.js";
import { createInterface } from "node:readline";

function written(time) {
  return time.isDate ? time.toString() : String(time.toUnixTime());
}

function read(component) {
  const event = new ICAL.Event(component);
  const starts = event.startDate;
  const ends = component.hasProperty("dtend") ? event.endDate : starts;
  return [
    event.uid,
    event.sequence ?? 0,
    component.getFirstPropertyValue("status") ?? "",
    written(starts),
    written(ends),
    event.summary ?? "",
    event.location ?? "",
    event.description ?? "",
  ];
}

function answer(text) {
  try {
    const calendar = new ICAL.Component(ICAL.parse(text));
    ICAL.TimezoneService.reset();
    for (const zone of calendar.getAllSubcomponents("vtimezone")) {
      ICAL.TimezoneService.register(zone);
    }
    return { events: calendar.getAllSubcomponents("vevent").map(read), wrong: [] };
  } catch (error) {
    return { events: [], wrong: [String(error)] };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(Buffer.from(line, "base64").toString("utf8"))));
}

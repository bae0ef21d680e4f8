// What the parser finds wrong with a document, and what it reads on each channel, as JSON.
import { Parser, fromFile } from "@asyncapi/parser";

const { document, diagnostics } = await fromFile(new Parser(), process.argv[2]).parse();
const channels = document?.allChannels().all() ?? [];
console.log(
  JSON.stringify({
    wrong: diagnostics.map((found) => `${found.path.join(".")}: ${found.message}`),
    channels: Object.fromEntries(
      channels.map((channel) => [
        channel.address(),
        Object.fromEntries(
          channel.messages().all().map((one) => [one.name() ?? one.id(), one.payload()?.json("$id") ?? null]),
        ),
      ]),
    ),
  }),
);

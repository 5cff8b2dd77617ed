import { assert, describe, it } from "vitest"
import { formatOf, hasCues, isWebPage } from "../../../core/subtitles/format.ts"

describe("formatOf()", () => {
  for (const [format, text] of [
    ["srt", "1\n00:00:01,000 --> 00:00:02,000\nHello"],
    ["srt", "1\r\n00:00:01,000 --> 00:00:02,000 X1:1 X2:2\r\nHello"],
    ["srt", "00:00:01:000 -> 00:00:02:000\nHello"],
    ["srt", "0 : 00 : 01 , 000 --> 0 : 00 : 02 , 000\nHello"],
    ["vtt", "\uFEFFWEBVTT - title\n\n00:01.000 --> 00:02.000\nHello"],
    ["ass", "; comment\n[Script Info]\nScriptType: v4.00+"],
    ["ass", "[V4+ Styles]\nFormat: Name"],
    ["ssa", "[Script Info]\r\nScriptType: V4.00\r\n"],
    ["smi", "<sami><head></head><body><SYNC Start=1>"],
    ["smi", "<HTML><SAMI><BODY>"],
    ["microdvd", "{1}{1}23.976\n{10}{}Hello\n"],
    ["mpl2", "[10][]Hello\n[30][40]there\n"],
    ["tmplayer", "00:00:01:Hello\n00:00:02:there\n"],
    ["tmplayer", "0:00:01 Hello\n0:00:02 there\n"],
    [null, "00:00:01.00,00:00:02.00\nSubViewer[br]is not read\n\n"],
    [null, "Once upon a time\nthere was no time at all\n"],
    [null, '{\n  "error": "limit"\n}'],
    [null, "[not found]"],
    [null, ""],
  ] as const)
    it(`calls ${JSON.stringify(text.slice(0, 40))} ${format}`, () => {
      assert.strictEqual(formatOf(text), format)
    })
})

describe("isWebPage()", () => {
  for (const [text, expected] of [
    ["<!DOCTYPE html>", true],
    ["\n <html lang=en>", true],
    ["<?xml version='1.0'?><html>", true],
    ["<HTML><SAMI>", false],
    ["<SAMI>", false],
    ["1\n00:00:01,000 --> 00:00:02,000\n<html>", false],
  ] as const)
    it(`${expected} for ${JSON.stringify(text)}`, () => {
      assert.strictEqual(isWebPage(text), expected)
    })
})

describe("any text", () => {
  for (const nasty of [
    "<!---->",
    "<!--",
    "{1}{",
    "[1][",
    "00:00:00",
    "1 : ",
    "<",
    "\n",
    "00:00:01,000 --> ",
    "[script info",
  ])
    it(`is judged quickly: ${JSON.stringify(nasty)}, again and again`, () => {
      const text = `${nasty.repeat(30_000)}x`
      isWebPage(text)
      const format = formatOf(text)
      if (format !== null) hasCues(text, format)
    })
})

describe("hasCues()", () => {
  for (const [format, text, expected] of [
    ["srt", "1\n00:00:01,000 --> 00:00:02,000\n♪\n", true],
    ["srt", "1\n00:00:01,000 --> 00:00:02,000\n42\n", true],
    ["srt", "1\n00:00:01,000 --> 00:00:02,000\n<i></i>\n\n2\n00:00:01,000 --> 00:00:02,000\n...\n", false],
    ["ass", "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\an8}\n", false],
    ["ass", "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,潮が\n", true],
    ["vtt", "WEBVTT\n\nNOTE hello\n", false],
    ["smi", "<SAMI><BODY><SYNC Start=1><P>&nbsp;</BODY></SAMI>", false],
  ] as const)
    it(`${expected} for ${JSON.stringify(text.slice(0, 60))}`, () => {
      assert.strictEqual(hasCues(text, format), expected)
    })
})

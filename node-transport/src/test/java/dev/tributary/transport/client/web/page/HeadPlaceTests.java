package dev.tributary.transport.client.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadPlaceTests {

    /** The place is where the bar stands. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "|",
                "|text<head>",
                "|<script>'<head>'</script>",
                "<head>|<script>",
                "<HEAD\n>|",
                "|<header>",
                "<!DOCTYPE html>|<header><head>",
                "<!doctype html PUBLIC \"-//W3C//DTD\">\n<html lang=en>\n<head>|<title>",
                "<!-- <head> -->\n<html>|<!-- <head> --><body>",
                "<!-- a --><!doctype html><!-- b --><head data-x='>'>|",
                "<html lang=\"a>b\">|<body>",
                "|<!-- without an end <head>",
                "|<html lang=\"without an end><head>",
                "\ufeff<!doctype html>|<p>",
                "\u00ef\u00bb\u00bf<head>|<p>",
                "\ufeff|<p>",
                "<?xml version='1.0'?><!doctype html><html><head/>|"
            })
    void scriptsComeBehindTheHeadOrWhatStandsForIt(String page) {
        assertThat(HeadPlace.in(page.replace("|", ""))).isEqualTo(page.indexOf('|'));
    }
}

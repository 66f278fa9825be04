package main

const tempVariable = "TMP"

"""How official Chinese writes time: words (lexicon), their order (shape), and what each order says."""

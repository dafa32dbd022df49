namespace DistTrain.Tests.Commands;

public sealed class BadInputTests
{
    [Theory]
    [InlineData("no command given")]
    [InlineData("unknown command 'trian': did you mean train?", "trian")]
    [InlineData("unknown option '--bogus'", "--bogus")]
    [InlineData("unknown option '--worker': did you mean --workers?", "train", "--worker", "3")]
    [InlineData("unknown argument 'extra'", "train", "extra")]
    [InlineData("--workers", "train", "--workers")]
    [InlineData("--workers", "train", "--workers", "1", "--workers", "2")]
    [InlineData("--workers is '0': allowed is a whole number from 1 to 10000", "train", "--workers", "0")]
    [InlineData("--workers is 'two'", "train", "--workers", "two")]
    [InlineData("--workers is '1.5'", "train", "--workers", "1.5")]
    [InlineData("--workers is '99999999999999999999'", "train", "--workers", "99999999999999999999")]
    [InlineData("--shards is '-1'", "train", "--shards", "-1")]
    [InlineData("--partitions is '0'", "train", "--partitions", "0")]
    [InlineData("--batch-size is '0'", "train", "--batch-size", "0")]
    [InlineData("--epochs is 'x'", "train", "--epochs", "x")]
    [InlineData("--steps is '0': allowed is a whole number from 1 up", "train", "--steps", "0")]
    [InlineData("--lr is '0'", "train", "--lr", "0")]
    [InlineData("--optimizer is 'adagrad': allowed is adam or adamw", "train", "--optimizer", "adagrad")]
    [InlineData("--clip-norm is '-1'", "train", "--clip-norm", "-1")]
    [InlineData("--lr is 'NaN'", "train", "--lr", "NaN")]
    [InlineData("--lr is 'Infinity'", "train", "--lr", "Infinity")]
    [InlineData("--seed is '-1'", "train", "--seed", "-1")]
    [InlineData("--threads is '0'", "train", "--threads", "0")]
    [InlineData("--variant is 'old': allowed is modern or classic", "train", "--variant", "old")]
    [InlineData("--activation is 'gelu': allowed is auto or relu or leaky-relu or sigmoid or tanh or step", "train", "--activation", "gelu")]
    [InlineData("--leaky-slope is '1': allowed is a number from 0 up to, not including, 1", "train", "--leaky-slope", "1")]
    [InlineData("--pooling is 'min': allowed is auto or max or average", "train", "--pooling", "min")]
    [InlineData("--loss is 'hinge': allowed is auto or cross-entropy or mse or bce", "train", "--loss", "hinge")]
    [InlineData("--augment-shift is '1.5': allowed is a whole number, or a share below 1", "train", "--augment-shift", "1.5")]
    [InlineData("--augment-rotate is '181': allowed is a number from 0 to 180", "train", "--augment-rotate", "181")]
    [InlineData("--augment-noise is 'NaN': allowed is a number from 0 to 1", "train", "--augment-noise", "NaN")]
    [InlineData("--augment-flip is '-0.5': allowed is a number from 0 to 1", "data", "show", "synthetic", "--augment-flip", "-0.5")]
    [InlineData("--augment-... shows in a picture alone", "data", "show", "synthetic", "--augment-shift", "2")]
    [InlineData("--dropout is '1': allowed is a number from 0 up to, not including, 1", "train", "--dropout", "1")]
    [InlineData("--skip-loss-below is '-1': allowed is a number from 0", "train", "--skip-loss-below", "-1")]
    [InlineData("--skip-loss-below is 'hard'", "train", "--skip-loss-below", "hard")]
    [InlineData("--dropout is '-0.1'", "train", "--dropout", "-0.1")]
    [InlineData("--dropout is 'NaN'", "train", "--dropout", "NaN")]
    [InlineData("--schedule is 'quadratic': allowed is one-cycle or constant or step or cosine or linear", "train", "--schedule", "quadratic")]
    [InlineData("--warmup-steps is '-1'", "train", "--warmup-steps", "-1")]
    [InlineData("--decay-every is '0'", "train", "--decay-every", "0")]
    [InlineData("--decay-factor is '0'", "train", "--decay-factor", "0")]
    [InlineData("--emulate-step is '20 minutes': allowed is a time such as 20ms", "train", "--emulate-step", "20 minutes")]
    [InlineData("--emulate-step is '-1ms'", "train", "--emulate-step", "-1ms")]
    [InlineData("--emulate-step is 'NaNms'", "train", "--emulate-step", "NaNms")]
    [InlineData("--emulate-step is '11s': allowed is a time such as 20ms, 0.5s or 500us, up to 10s", "train", "--emulate-step", "11s")]
    [InlineData("--preset is 'fast': allowed is speedrun", "train", "--preset", "fast")]
    [InlineData("--placement is 'moon': allowed is inproc or processes", "train", "--placement", "moon")]
    [InlineData("--name is 'a/b'", "train", "--name", "a/b")]
    [InlineData("--name is 'a b'", "train", "--name", "a\nb")]
    [InlineData("--dataset is ''", "train", "--dataset", "")]
    [InlineData("--image-size is '28': allowed is HEIGHTxWIDTH", "train", "--image-size", "28")]
    [InlineData("--image-size is '0x28'", "train", "--image-size", "0x28")]
    [InlineData("--image-size is '28x5000'", "train", "--image-size", "28x5000")]
    [InlineData("--grayscale is 'maybe': allowed is yes, no or auto", "train", "--grayscale", "maybe")]
    [InlineData("--mean is '1.5'", "train", "--mean", "1.5")]
    [InlineData("--mean is '0.1,x'", "train", "--mean", "0.1,x")]
    [InlineData("--deviation is '0'", "train", "--deviation", "0")]
    [InlineData("--validation is '1.5': allowed is a whole number, or a share below 1", "train", "--validation", "1.5")]
    [InlineData("--validation is '-1'", "train", "--validation", "-1")]
    [InlineData("names no folder", "data", "show", "images:")]
    [InlineData("names no folder", "data", "show", "idx:")]
    [InlineData("dataset 'minst' is unknown", "data", "show", "minst")]
    [InlineData("--samples is '0'", "data", "show", "synthetic:60", "--samples", "0")]
    [InlineData("--count is '0'", "data", "export", "synthetic:60", "--output", "no/such", "--count", "0")]
    [InlineData("--cluster is 'ftp://h:1'", "train", "--cluster", "ftp://h:1")]
    [InlineData("--cluster is 'h:70000'", "train", "--cluster", "h:70000")]
    [InlineData("--cluster is 'http://h:1/path'", "train", "--cluster", "http://h:1/path")]
    [InlineData("--trace: no/such/trace.json cannot be written", "train", "--trace", "no/such/trace.json")]
    [InlineData("--worker-timeout is '0'", "train", "--worker-timeout", "0")]
    [InlineData("--placement and --cluster exclude each other", "train", "--cluster", "h:1", "--placement", "inproc")]
    [InlineData("--data-dir and --cluster exclude each other", "train", "--cluster", "h:1", "--data-dir", "d")]
    [InlineData("--lr cannot be given with --resume", "train", "--resume", "r", "--lr", "0.1")]
    [InlineData("--epochs cannot be given with --resume", "train", "--resume", "r", "--epochs", "3")]
    [InlineData("--config cannot be given with --resume", "train", "--resume", "r", "--config", "c.json")]
    [InlineData("--run-dir cannot be given with --resume", "train", "--resume", "r", "--run-dir", "d")]
    [InlineData("cannot read the file of --config, no/such.json", "train", "--config", "no/such.json")]
    [InlineData("--role is missing", "node")]
    [InlineData("--role is 'boss': allowed is coordinator, ps or worker", "node", "--role", "boss")]
    [InlineData("--role is 'ps,': allowed", "node", "--role", "ps,")]
    [InlineData("--seeds is missing", "node", "--role", "worker,ps")]
    [InlineData("--seeds is 'h'", "node", "--role", "worker", "--seeds", "h")]
    [InlineData("--seeds is 'h:0'", "node", "--role", "worker", "--seeds", "h:0")]
    [InlineData("--port is '65536'", "node", "--role", "coordinator", "--port", "65536")]
    [InlineData("--host is 'a b'", "node", "--role", "coordinator", "--host", "a b")]
    [InlineData("must differ", "node", "--role", "coordinator", "--port", "4200")]
    [InlineData("--role has no worker", "node", "--role", "coordinator", "--workers-per-node", "2")]
    [InlineData("RUN|FILE", "evaluate")]
    [InlineData("--threads is 'x'", "evaluate", "r", "--threads", "x")]
    [InlineData("RUN", "audit")]
    [InlineData("--run is 'zz'", "watch", "--run", "zz")]
    [InlineData("--cluster is '::'", "status", "--cluster", "::")]
    [InlineData("--cluster is '::'", "health", "--cluster", "::")]
    public async Task Bad_input_gives_one_line_that_names_it_and_exit_code_2(string expected, params string[] args)
    {
        using var run = new CommandRun();

        int code = await run.RunAsync(args);

        Assert.Equal(2, code);
        Assert.Contains(expected, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal("", run.Out);
        Assert.Null(run.Trained);
        Assert.Null(run.NodeRun);
    }

    [Theory]
    [InlineData("DISTTRAIN_BATCH_SIZE", "zero", "DISTTRAIN_BATCH_SIZE is 'zero': allowed is a whole number")]
    [InlineData("DISTTRAIN_BATCHSIZE", "3", "unknown environment variable DISTTRAIN_BATCHSIZE (value '3'): did you mean DISTTRAIN_BATCH_SIZE?")]
    [InlineData("DISTTRAIN_SEDE", "3", "unknown environment variable DISTTRAIN_SEDE (value '3'): did you mean DISTTRAIN_SEED?")]
    public async Task Bad_environment_gives_one_line_that_names_it_and_exit_code_2(string name, string value, string expected)
    {
        using var run = new CommandRun();
        run.Environment[name] = value;

        int code = await run.RunAsync("train");

        Assert.Equal(2, code);
        Assert.Contains(expected, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "epocs": 3 }""", "sets the unknown key 'epocs' to 3: known are dataset, imageSize")]
    [InlineData("""{ "epochs": "many" }""", "'epochs' in")]
    [InlineData("""{ "epochs": [3] }""", "is '[3]': allowed is a number")]
    [InlineData("""{ "epochs": 3, "epochs": 4 }""", "sets the key 'epochs' twice")]
    [InlineData("[1]", "is not a JSON object")]
    [InlineData("{ \"epochs\": 3,\n oops }", "is not valid JSON at line 2")]
    [InlineData("", "is not valid JSON")]
    public async Task Bad_config_file_gives_one_line_that_names_it_and_exit_code_2(string json, string expected)
    {
        using var run = new CommandRun();
        string file = Path.Combine(Directory.CreateTempSubdirectory("disttrain-").FullName, "disttrain.json");
        await File.WriteAllTextAsync(file, json);

        int code = await run.RunAsync("train", "--config", file);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

        Assert.Equal(2, code);
        string line = Assert.Single(run.ErrorLines);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.Contains(file, line, StringComparison.Ordinal);
    }
}

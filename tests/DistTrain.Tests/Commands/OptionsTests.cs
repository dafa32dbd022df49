using System.Diagnostics;
using DistTrain.Node.Commands;
using DistTrain.Tests.Runs;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Commands;

public sealed class OptionsTests
{
    [Fact]
    public async Task Train_without_options_uses_the_job_specs_defaults()
    {
        TrainOptions options = await TrainAsync([]);

        Assert.Equal(new TrainOptions(), options);
        Assert.Equal(new JobSpec(), options.Spec);
    }

    [Fact]
    public async Task Train_takes_every_option_of_the_command_line()
    {
        string line = "train --dataset mnist --data-dir d --augment-shift 0.1 --augment-rotate 12.5 --augment-noise 0.05 --augment-flip 0.5 --model lenet5 --variant classic --activation leaky-relu --leaky-slope 0.125 --pooling max --loss bce --skip-loss-below 0.0625 --dropout 0.25 --engine torch --workers 3 --shards 6 --partitions 2 --batch-size 128 "
            + "--epochs 5 --steps 100 --lr 0.01 --schedule constant --seed 18446744073709551615 --threads 2 --checkpoint-every 50 --evaluate-every 2 --name try-1 --run-dir r "
            + "--placement processes --worker-timeout 2.5 --json --verbose --no-color";

        TrainOptions options = await TrainAsync([.. line.Split(' ').Skip(1)]);

        var expected = new TrainOptions
        {
            Spec = new JobSpec
            {
                Dataset = "mnist",
                AugmentShift = 0.1,
                AugmentRotate = 12.5,
                AugmentNoise = 0.05,
                AugmentFlip = 0.5,
                Model = "lenet5",
                Variant = "classic",
                Activation = "leaky-relu",
                LeakySlope = 0.125,
                Pooling = "max",
                Loss = "bce",
                SkipLossBelow = 0.0625,
                Dropout = 0.25,
                Engine = "torch",
                Workers = 3,
                Shards = 6,
                Partitions = 2,
                BatchSize = 128,
                Epochs = 5,
                Steps = 100,
                LearningRate = 0.01,
                Schedule = "constant",
                Seed = ulong.MaxValue,
                Threads = 2,
                CheckpointEvery = 50,
                EvaluateEvery = 2,
                Name = "try-1",
            },
            DataDirectory = "d",
            RunDirectory = "r",
            Placement = Placement.Processes,
            WorkerTimeout = TimeSpan.FromSeconds(2.5),
            Display = new DisplayOptions(Json: true, Verbose: true, NoColor: true),
        };
        Assert.Equal(expected, options);
    }

    [Fact]
    public async Task Weights_to_start_from_are_meant_from_here_and_their_digest_belongs_to_the_file_that_names_both()
    {
        using var folder = new TemporaryFolder();
        string config = folder.Write("spec.json", """{ "from": "/a/start", "fromSha256": "abc" }""");

        JobSpec given = (await TrainAsync(["--from", "start"])).Spec;
        JobSpec repeated = (await TrainAsync(["--config", config])).Spec;
        JobSpec replaced = (await TrainAsync(["--config", config, "--from", "/b/start"])).Spec;

        Assert.Equal((Path.GetFullPath("start"), ""), (given.From, given.FromSha256));
        Assert.Equal(("/a/start", "abc"), (repeated.From, repeated.FromSha256));
        Assert.Equal(("/b/start", ""), (replaced.From, replaced.FromSha256));
    }

    [Fact]
    public async Task Momentum_decay_is_that_of_the_job() =>
        Assert.Equal(new JobSpec { Optimizer = "nadam", MomentumDecay = 0.5 }, (await TrainAsync(["--optimizer", "nadam", "--momentum-decay", "0.5"])).Spec);

    [Fact]
    public async Task Preset_sets_a_recipe_and_whatever_is_set_besides_wins()
    {
        TrainOptions plain = await TrainAsync(["--preset", "speedrun"]);
        TrainOptions changed = await TrainAsync(["--preset", "speedrun", "--lr", "0.001", "--seed", "9"]);

        Assert.Equal("mnist", plain.Spec.Dataset);
        Assert.NotEqual(new JobSpec().Epochs, plain.Spec.Epochs);
        Assert.Equal(plain.Spec with { LearningRate = 0.001, Seed = 9 }, changed.Spec);
    }

    [Theory]
    [InlineData("--activation", "tanh")]
    [InlineData("--optimizer", "sgd")]
    [InlineData("--optimizer", "momentum", "--activation", "relu")]
    [InlineData("--patience", "2")]
    [InlineData("--loss", "mse")]
    [InlineData("--schedule", "one-cycle")]
    public async Task Preset_takes_another_activation_or_optimizer(params string[] besides)
    {
        TrainOptions options = await TrainAsync(["--preset", "speedrun", .. besides]);

        JobSpecValidation.Validate(options.Spec);
        Assert.Equal(1.2, options.Spec.Epochs);
    }

    [Fact]
    public async Task Preset_keeps_what_another_choice_takes_and_all_that_was_given()
    {
        JobSpec recipe = (await TrainAsync(["--preset", "speedrun"])).Spec;
        JobSpec nadam = (await TrainAsync(["--preset", "speedrun", "--optimizer", "nadam", "--schedule", "cosine"])).Spec;
        JobSpec adam = (await TrainAsync(["--preset", "speedrun", "--optimizer", "adam"])).Spec;
        JobSpec squared = (await TrainAsync(["--preset", "speedrun", "--loss", "mse"])).Spec;
        JobSpec pixels = (await TrainAsync(["--preset", "speedrun", "--model", "autoencoder:32"])).Spec;
        JobSpec bound = (await TrainAsync(["--preset", "speedrun", "--loss", "mse", "--skip-loss-below", "0.1"])).Spec;
        JobSpec plain = (await TrainAsync(["--preset", "speedrun", "--optimizer", "sgd", "--schedule", "one-cycle", "--activation", "relu", "--patience", "2"])).Spec;
        JobSpec given = (await TrainAsync(["--preset", "speedrun", "--optimizer", "momentum", "--lr", "0.009", "--patience", "2", "--evaluate-every", "0"])).Spec;

        Assert.Equal(recipe with { Schedule = "cosine" }, nadam);
        Assert.Equal(new JobSpec().MomentumDecay, adam.MomentumDecay);
        Assert.Equal((recipe.LearningRate, recipe.Beta1, recipe.SkipLossBelow), (adam.LearningRate, adam.Beta1, adam.SkipLossBelow));
        Assert.Equal((0, 0, 0.1), (squared.SkipLossBelow, pixels.SkipLossBelow, bound.SkipLossBelow));
        var usual = new JobSpec();
        Assert.Equal(
            (usual.LearningRate, usual.Beta1, usual.Beta2, usual.WarmupSteps, usual.LeakySlope, usual.EvaluateEvery),
            (plain.LearningRate, plain.Beta1, plain.Beta2, plain.WarmupSteps, plain.LeakySlope, plain.EvaluateEvery));
        Assert.Equal((0.009, 0), (given.LearningRate, given.EvaluateEvery));
    }

    [Theory]
    [InlineData("lenet5", "--seed", "1")]
    [InlineData("mlp", "--model", "mlp:784-10")]
    [InlineData("autoencoder", "--model", "autoencoder")]
    [InlineData("mine", "--model", "cnn", "--name", "mine")]
    [InlineData("speedrun", "--preset", "speedrun")]
    [InlineData("lenet5", "--model", "no/such model")]
    public async Task Run_that_nobody_named_has_the_name_of_its_model(string expected, params string[] arguments) =>
        Assert.Equal(expected, (await TrainAsync(arguments)).Spec.Name);

    [Fact]
    public async Task Command_line_beats_environment_beats_file_beats_defaults()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("disttrain.json", """{ "epochs": 3, "shards": 8, "seed": 9, "learningRate": 1e-2, "steps": null }""");
        var environment = new Dictionary<string, string> { ["DISTTRAIN_SHARDS"] = "16", ["DISTTRAIN_SEED"] = "10", ["DISTTRAIN_VARIANT"] = "" };

        TrainOptions options = await TrainAsync(["--config", file, "--seed", "11"], environment);

        Assert.Equal(new JobSpec { Epochs = 3, Shards = 16, Seed = 11, LearningRate = 1e-2 }, options.Spec);
    }

    [Fact]
    public async Task A_runs_spec_can_be_the_config_of_another_run()
    {
        using var folder = new TemporaryFolder();
        var spec = new JobSpec { Dataset = "mnist", DatasetFingerprint = "ab12", Shards = 3, Beta1 = 0.8, Epsilon = 1e-7, Steps = 12, CheckpointEvery = 4, Name = "n" };
        string file = folder.Write("spec.json", System.Text.Json.JsonSerializer.Serialize(spec, System.Text.Json.JsonSerializerOptions.Web));

        Assert.Equal(spec, (await TrainAsync(["--config", file])).Spec);
    }

    [Theory]
    [InlineData("DISTTRAIN_IMAGE")]
    [InlineData("DISTTRAIN_COLOUR_OF_THE_SKY")]
    public async Task An_environment_variable_like_no_known_one_is_left_alone(string name)
    {
        Assert.Equal(new JobSpec(), (await TrainAsync([], new Dictionary<string, string> { [name] = "1" })).Spec);
    }

    [Fact]
    public async Task Resume_takes_only_the_number_of_workers_from_the_command_line()
    {
        using var run = new CommandRun();
        run.Environment["DISTTRAIN_BATCH_SIZE"] = "8";
        run.Training.Give(SampleRun.Whole());

        int code = await run.RunAsync("train", "--resume", "runs/x", "--workers", "3");

        Assert.Equal(0, code);
        Assert.Equal("runs/x", run.Training.Submitted!.Resume);
        Assert.Equal(3u, run.Training.Submitted.Workers);
        Assert.Equal("", run.Training.Submitted.SpecJson);
    }

    [Fact]
    public async Task Node_takes_every_option_of_the_command_line()
    {
        using var run = new CommandRun();

        int code = await run.RunAsync(
            "node", "--role", "coordinator,ps", "--host", "c1.example", "--bind", "0.0.0.0", "--port", "4053", "--seeds", "c1.example:4053,10.0.0.2:4053", "--plane-port", "4054",
            "--client-port", "4201", "--data-dir", "/d", "--runs-dir", "/r", "--worker-timeout", "5");

        Assert.Equal(0, code);
        NodeOptions node = run.NodeRun!;
        Assert.Equal(NodeRoles.Coordinator | NodeRoles.ParameterServer, node.Roles);
        Assert.Equal(["c1.example:4053", "10.0.0.2:4053"], node.Seeds);
        Assert.Equal(("c1.example", "0.0.0.0", 4053, 4054, 4201), (node.Host, node.Bind, node.Port, node.PlanePort, node.ClientPort));
        Assert.Equal(("/d", "/r", TimeSpan.FromSeconds(5)), (node.DataDirectory, node.RunsDirectory, node.WorkerTimeout));
    }

    [Fact]
    public async Task Node_options_come_from_the_environment_too()
    {
        using var run = new CommandRun();
        run.Environment["DISTTRAIN_ROLE"] = "worker";
        run.Environment["DISTTRAIN_SEEDS"] = "127.0.0.1:4053";
        run.Environment["DISTTRAIN_WORKERS_PER_NODE"] = "4";

        Assert.Equal(0, await run.RunAsync("node", "--host", "auto"));

        Assert.Equal((NodeRoles.Worker, 4, 0, "127.0.0.1"), (run.NodeRun!.Roles, run.NodeRun.WorkersPerNode, run.NodeRun.ClientPort, run.NodeRun.Host));
    }

    [Fact]
    public async Task A_node_whose_parent_has_gone_is_told_to_stop_and_leaves_ctrl_c_to_it()
    {
        using var parent = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        using var run = new CommandRun();
        run.PrepareStop();
        var stopped = new TaskCompletionSource();
        using CancellationTokenRegistration registration = run.Stop.Requested.Register(stopped.SetResult);

        await run.RunAsync("node", "--role", "worker", "--seeds", "h:1", "--parent", $"{parent.Id}");

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(run.Stop.TerminalIsLeftToParent);
        Assert.Equal(0, run.Stop.ExitCode);
        Assert.Equal(parent.Id, run.NodeRun!.ParentProcess);
    }

    [Theory]
    [InlineData("coordinator", 4200)]
    [InlineData("ps", 0)]
    [InlineData("worker", 0)]
    public async Task Only_a_coordinator_has_the_usual_client_port_by_default(string role, int port)
    {
        using var run = new CommandRun();

        await run.RunAsync("node", "--role", role, "--seeds", "h:1");

        Assert.Equal(port, run.NodeRun!.ClientPort);
    }

    [Theory]
    [InlineData("h:4200", "http://h:4200/")]
    [InlineData("http://h:4200", "http://h:4200/")]
    [InlineData("https://[::1]:4200/", "https://[::1]:4200/")]
    public async Task Cluster_url_may_be_short(string given, string url)
    {
        using var run = new CommandRun();

        await run.RunAsync("status", "--cluster", given);

        Assert.Equal(new Uri(url), run.Connected);
    }

    private static async Task<TrainOptions> TrainAsync(string[] args, Dictionary<string, string>? environment = null)
    {
        using var run = new CommandRun();
        foreach ((string name, string value) in environment ?? [])
        {
            run.Environment[name] = value;
        }

        run.Training.Give(SampleRun.Whole());
        int code = await run.RunAsync(["train", .. args]);
        Assert.Equal("", run.Error);
        Assert.Equal(0, code);
        return run.Trained!;
    }
}

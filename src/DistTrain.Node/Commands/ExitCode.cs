namespace DistTrain.Node.Commands;

/// <summary>What the process says to the shell when it ends.</summary>
public static class ExitCode
{
    public const int Success = 0;

    /// <summary>The run failed, or what was checked is not well.</summary>
    public const int Failure = 1;

    /// <summary>Bad input of any kind.</summary>
    public const int BadInput = 2;

    /// <summary>128 + the signal's number, as shells have it.</summary>
    public const int HungUp = 129;

    public const int Interrupted = 130;

    public const int OutputClosed = 141;

    public const int Terminated = 143;
}
